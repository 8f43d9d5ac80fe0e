using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Connbeat.Config;

/// <summary>Reads conditions; what is wrong becomes a fault, and null is returned.</summary>
internal sealed class ConditionReader(ConfigReading reading, EventFields fields)
{
    private static readonly string[] Bounds = ["gte", "gt", "lte", "lt"];
    private static readonly string[] Names = ["equals", "contains", "regexp", "range", "network", "and", "or", "not"];

    private static readonly string Expected = $"one condition: {string.Join(", ", Names[..^1])} or {Names[^1]}";

    /// <summary>One condition.</summary>
    public ConditionOptions? Read(ConfigNode node)
    {
        if (node is not ConfigMap { Entries.Count: > 0 } map)
        {
            return Expect(node, Expected);
        }

        if (map.Entries.Count > 1)
        {
            return Fault(map, $"has {map.Entries.Count} conditions, {string.Join(" and ", map.Entries.Keys)}; expected one, or a list of them under and");
        }

        (string name, ConfigNode value) = map.Entries.First();
        return name switch
        {
            "equals" => OfFields(value, IsEqual),
            "contains" => OfFields(value, Contains),
            "regexp" => OfFields(value, Matches),
            "range" => Ranges(value),
            "network" => OfFields(value, InNetwork),
            "and" => List(value) is { } all ? new ConditionOptions.All(all) : null,
            "or" => List(value) is { } any ? new ConditionOptions.Any(any) : null,
            "not" => Read(value) is { } one ? new ConditionOptions.Not(one) : null,
            _ => Fault(value, $"is no condition; expected {Expected}{Suggestion(Spelling.Nearest(name, Names))}"),
        };
    }

    private List<ConditionOptions>? List(ConfigNode node)
    {
        if (node is not ConfigList { Items.Count: > 0 } list)
        {
            Expect(node, "a list of conditions");
            return null;
        }

        ConditionOptions?[] read = [.. list.Items.Select(Read)];
        return read.Contains(null) ? null : [.. read.OfType<ConditionOptions>()];
    }

    /// <summary>What is said of several fields has to hold of each.</summary>
    private ConditionOptions? OfFields(ConfigNode node, Func<string, FieldKind, ConfigNode, ConditionOptions?> read)
    {
        if (node is not ConfigMap { Entries.Count: > 0 } map)
        {
            return Expect(node, "names of fields, each with a value");
        }

        return Together([.. Leaves(map, "").Select(leaf => KindOf(leaf.Name, leaf.Node) is { } kind ? read(leaf.Name, kind, leaf.Node) : null)]);
    }

    private static ConditionOptions? Together(ConditionOptions?[] read) =>
        read.Contains(null) ? null : read is [{ } one] ? one : new ConditionOptions.All([.. read.OfType<ConditionOptions>()]);

    /// <summary>Dotted names were taken apart when they were read; a map in a map is one.</summary>
    private static IEnumerable<(string Name, ConfigNode Node)> Leaves(ConfigMap map, string prefix) => map.Entries.SelectMany(
        entry => entry.Value is ConfigMap { Entries.Count: > 0 } inner
            ? Leaves(inner, $"{prefix}{entry.Key}.")
            : [(prefix + entry.Key, entry.Value)]);

    private FieldKind? KindOf(string field, ConfigNode node)
    {
        switch (fields.KindOf(field))
        {
            case null:
                Fault(node, $"names {field}, which no event has{Suggestion(fields.Nearest(field))}");
                return null;
            case FieldKind.Section:
                Fault(node, $"names {field}, which is a section; expected a field in it");
                return null;
            case { } kind:
                return kind;
        }
    }

    private ConditionOptions.IsEqual? IsEqual(string field, FieldKind kind, ConfigNode node)
    {
        (string expected, Predicate<string> isRight) = kind switch
        {
            FieldKind.Number => ("a number", text => Number(text) is not null),
            FieldKind.Boolean => ("true or false", text => text is "true" or "false"),
            FieldKind.Address or FieldKind.Addresses =>
                ("an address", (Predicate<string>)(text => NetworkRange.TryParseAddress(text, out IPAddress? _))),
            _ => ("text", _ => true),
        };
        if (Text(node, expected) is not { } value)
        {
            return null;
        }

        return isRight(value) ? new(field, value) : Expect(node, expected) as ConditionOptions.IsEqual;
    }

    private ConditionOptions.Contains? Contains(string field, FieldKind kind, ConfigNode node) =>
        IsText(field, kind, node, "text") && Text(node, "text") is { } text ? new(field, text) : null;

    private ConditionOptions.Matches? Matches(string field, FieldKind kind, ConfigNode node)
    {
        if (!IsText(field, kind, node, "text") || Text(node, "a regular expression") is not { } pattern)
        {
            return null;
        }

        if (!LinearRegex.TryParse(pattern, out Regex? regex, out string? problem))
        {
            Fault(node, $"is {node}, which {problem}");
            return null;
        }

        return new(field, regex);
    }

    private ConditionOptions.InNetwork? InNetwork(string field, FieldKind kind, ConfigNode node)
    {
        List<NetworkRange> networks = [];
        bool isRight = IsText(field, kind, node, "an address");
        IReadOnlyList<ConfigNode> items = node is ConfigList list ? list.Items : [node];
        foreach (ConfigNode item in items)
        {
            if (Text(item, NetworkRange.Expected) is { } text && NetworkRange.TryParse(text, out NetworkRange? network))
            {
                networks.Add(network);
            }
            else
            {
                isRight = false;
                if (item is ConfigScalar { IsEmpty: false })
                {
                    Expect(item, NetworkRange.Expected);
                }
            }
        }

        if (items.Count == 0)
        {
            Expect(node, NetworkRange.Expected);
            return null;
        }

        return isRight ? new(field, networks) : null;
    }

    /// <summary>Bounds stand in a section of the field, or behind its name with a dot: here that is the same.</summary>
    private ConditionOptions? Ranges(ConfigNode node)
    {
        if (node is not ConfigMap { Entries.Count: > 0 } map || map.Entries.Keys.Any(Bounds.Contains))
        {
            return Expect(node, "names of fields, each with gte, gt, lte or lt in a section of it");
        }

        List<ConditionOptions?> ranges = [];
        foreach (IGrouping<string, (string Name, ConfigNode Node)> bounds in
            Leaves(map, "").GroupBy(leaf => leaf.Name[..Math.Max(0, leaf.Name.LastIndexOf('.'))]))
        {
            ranges.Add(InRange(bounds.Key, [.. bounds]));
        }

        return Together([.. ranges]);
    }

    private ConditionOptions.InRange? InRange(string field, (string Name, ConfigNode Node)[] bounds)
    {
        NumberRange range = new();
        bool isRight = true;
        foreach ((string name, ConfigNode node) in bounds)
        {
            string bound = name[(name.LastIndexOf('.') + 1)..];
            if (!Bounds.Contains(bound))
            {
                Fault(node, $"is {node}; expected gte, gt, lte or lt with a number in a section of {name}");
                isRight = false;
            }
            else if (Text(node, "a number") is not { } text)
            {
                isRight = false;
            }
            else if (Number(text) is not { } number)
            {
                Expect(node, "a number");
                isRight = false;
            }
            else
            {
                range = bound switch
                {
                    "gte" => range with { Gte = number },
                    "gt" => range with { Gt = number },
                    "lte" => range with { Lte = number },
                    _ => range with { Lt = number },
                };
            }
        }

        return isRight && IsRange(field, range, bounds[0].Node) ? new(field, range) : null;
    }

    private bool IsRange(string field, NumberRange range, ConfigNode node)
    {
        if (KindOf(field, node) is not { } kind)
        {
            return false;
        }

        if (kind is not FieldKind.Number)
        {
            Fault(node, $"asks for a range of {field}, which is no number");
            return false;
        }

        if (range.IsEmpty)
        {
            Fault(node, $"asks for a range of {field} in which no number is");
        }

        return !range.IsEmpty;
    }

    private bool IsText(string field, FieldKind kind, ConfigNode node, string sought)
    {
        bool isText = kind is not (FieldKind.Number or FieldKind.Boolean);
        if (!isText)
        {
            string instead = kind is FieldKind.Number ? "a number; write equals or range" : "true or false; write equals";
            Fault(node, $"looks for {sought} in {field}, which is {instead}");
        }

        return isText;
    }

    private string? Text(ConfigNode node, string expected)
    {
        if (node is not ConfigScalar { IsEmpty: false } scalar)
        {
            Expect(node, expected);
            return null;
        }

        string? text = reading.Placeholders.Replace(scalar.Written, out string? problem);
        if (text is null)
        {
            Fault(node, $"is {node}: {problem}");
        }

        return text;
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    private static string Suggestion(string? meant) => meant is null ? "" : $"; did you mean {meant}?";

    private ConditionOptions? Expect(ConfigNode node, string expected) => Fault(node, $"is {node}; expected {expected}");

    private ConditionOptions? Fault(ConfigNode node, string message)
    {
        reading.Fault(node.Origin, $"{node.Path} {message}");
        return null;
    }
}
