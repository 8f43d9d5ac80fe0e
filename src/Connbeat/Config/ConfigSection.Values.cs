using System.Diagnostics.CodeAnalysis;

namespace Connbeat.Config;

/// <content>How a value is read, and what is said of one that is wrong.</content>
internal sealed partial class ConfigSection
{
    private T Scalar<T>(string key, T @default, string expected, Parse<T> parse) =>
        Ask(key) is { } node && TryRead(node, node.Path, expected, parse, out T? value) ? value : @default;

    private IReadOnlyList<T> List<T>(
        string key, IReadOnlyList<T> @default, string expected, string expectedItem, Parse<T> parse)
    {
        ConfigNode? node = Ask(key);
        if (node is ConfigList list)
        {
            return Items(list.Items, item => $"an item of {item.Path}", expectedItem, parse);
        }

        if (node is ConfigScalar)
        {
            // One value is a list of one, as it was for the original. With a comma it may be meant as several.
            return Items([node], item => item.Path, expected, (string text, [MaybeNullWhen(false)] out T value) =>
            {
                value = default;
                return !text.Contains(',') && parse(text, out value);
            });
        }

        if (node is not null)
        {
            Expected(node, node.Path, expected);
        }

        return @default;
    }

    private List<T> Items<T>(
        IReadOnlyList<ConfigNode> items, Func<ConfigNode, string> name, string expected, Parse<T> parse)
    {
        List<T> values = [];
        foreach (ConfigNode item in items)
        {
            if (TryRead(item, name(item), expected, parse, out T? value))
            {
                values.Add(value);
            }
        }

        return values;
    }

    private bool TryRead<T>(
        ConfigNode node, string name, string expected, Parse<T> parse, [MaybeNullWhen(false)] out T value)
    {
        if (node is not ConfigScalar scalar)
        {
            Expected(node, name, expected);
            value = default;
            return false;
        }

        if (reading.Placeholders.Replace(scalar.Written, out string? problem) is not { } text)
        {
            if (!_isOff)
            {
                reading.Fault(node.Origin, $"{name} is {node}: {problem}");
            }

            value = default;
            return false;
        }

        if (!parse(text, out value))
        {
            Expected(node, name, expected);
            return false;
        }

        return true;
    }

    private object? Free(ConfigNode node) => node switch
    {
        ConfigMap values => FreeMap(values),
        ConfigList items => items.Items.Select(Free).ToList(),
        ConfigScalar scalar when TryRead<string>(node, node.Path, "a value", AnyText, out string? text) =>
            scalar.IsPlain ? FreeValue.Of(text) : text,
        _ => null,
    };

    private Dictionary<string, object?> FreeMap(ConfigMap values) =>
        values.Entries.ToDictionary(entry => entry.Key, entry => Free(entry.Value), StringComparer.Ordinal);

    private void Expected(ConfigNode node, string name, string expected) =>
        reading.Fault(node.Origin, $"{name} is {node}; expected {expected}");

    /// <summary>What was written where a section should be: <c>password:hunter2</c> lacks a space, and is a secret.</summary>
    private static string OneWord(ConfigNode node) =>
        node is ConfigScalar scalar && !scalar.Written.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/')
            ? Kind(node)
            : node.ToString();

    private static string Colon(ConfigNode node) =>
        node is ConfigScalar { Written: { } text } && text.IndexOf(':') is >= 0 and int colon && !text[colon..].StartsWith("://")
            ? "; is a space missing after the colon?"
            : "";

    private static bool AnyText(string text, out string value)
    {
        value = text;
        return true;
    }

    private static string Range(string what, string min, string? max) =>
        max is null ? $"{what} of {min} or more" : $"{what} from {min} to {max}";

    private static string OneOf(IEnumerable<string> choices, string[] later)
    {
        string[] names = [.. choices];
        string expected = names.Length > 1 ? $"{string.Join(", ", names[..^1])} or {names[^1]}" : names[0];
        return later.Length > 0
            ? $"{expected}; this version of connbeat has no {string.Join(" and no ", later)}"
            : expected;
    }
}
