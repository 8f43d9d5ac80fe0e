namespace Connbeat.Config;

/// <summary>Reads rules of <c>topics</c> and the like; what is wrong becomes a fault, and the rule is left out.</summary>
/// <param name="reading">The reading.</param>
/// <param name="key">Which key the format has in each rule.</param>
/// <param name="formats">Reads formats.</param>
/// <param name="conditions">Reads conditions.</param>
internal sealed class RouteRuleReader(
    ConfigReading reading, string key, FormatReader formats, ConditionReader conditions)
{
    /// <summary>The rules in their order.</summary>
    public IReadOnlyList<RouteRule> Read(ConfigList list) => [.. list.Items.Select(Read).OfType<RouteRule>()];

    private RouteRule? Read(ConfigNode item)
    {
        if (item is not ConfigMap { Entries.Count: > 0 } map)
        {
            return Fault(item, $"has an item that is {item}; expected rules with {key}, when, mappings and default");
        }

        bool isRight = true;
        foreach (ConfigNode unknown in map.Entries.Where(one => one.Key != key && one.Key is not ("when" or "mappings" or "default")).Select(one => one.Value))
        {
            Fault(unknown, $"is not a setting of connbeat; expected {key}, when, mappings and default");
            isRight = false;
        }

        FormatString? format = null;
        if (!map.TryGet(key, out ConfigNode? node) || node.IsEmpty)
        {
            reading.Fault(map.Origin, $"{map.Path} has a rule without {key}; expected {FormatReader.Expected}");
        }
        else
        {
            format = formats.Read(node);
        }

        ConditionOptions? when = null;
        if (map.TryGet("when", out ConfigNode? condition) && !condition.IsEmpty)
        {
            when = conditions.Read(condition);
            isRight &= when is not null;
        }

        string? @default = null;
        if (map.TryGet("default", out ConfigNode? otherwise) && !otherwise.IsEmpty)
        {
            @default = Text(otherwise);
            isRight &= @default is not null;
        }

        Dictionary<string, string>? mappings = ReadMappings(map);
        return isRight && format is not null && mappings is not null
            ? new() { Key = key, Format = format, When = when, Mappings = mappings, Default = @default }
            : null;
    }

    private Dictionary<string, string>? ReadMappings(ConfigMap rule)
    {
        Dictionary<string, string> mappings = new(StringComparer.Ordinal);
        if (!rule.TryGet("mappings", out ConfigNode? node) || node.IsEmpty)
        {
            return mappings;
        }

        if (node is not ConfigMap map)
        {
            Fault(node, $"is {node}; expected a section of values and what stands for each");
            return null;
        }

        return Collect(map, "", mappings) ? mappings : null;
    }

    /// <summary>Dotted names were taken apart when they were read; here they are values like others.</summary>
    private bool Collect(ConfigMap map, string prefix, Dictionary<string, string> mappings)
    {
        bool isRight = true;
        foreach ((string name, ConfigNode node) in map.Entries)
        {
            if (node is ConfigMap inner)
            {
                isRight &= Collect(inner, $"{prefix}{name}.", mappings);
            }
            else if (Text(node) is { } text)
            {
                mappings[prefix + name] = text;
            }
            else
            {
                isRight = false;
            }
        }

        return isRight;
    }

    private string? Text(ConfigNode node)
    {
        if (node is not ConfigScalar { IsEmpty: false, Written.Length: > 0 } scalar)
        {
            Fault(node, $"is {node}; expected text");
            return null;
        }

        string? text = reading.Placeholders.Replace(scalar.Written, out string? problem);
        if (text is null)
        {
            Fault(node, $"is {node}: {problem}");
        }

        return text;
    }

    private RouteRule? Fault(ConfigNode node, string message)
    {
        reading.Fault(node.Origin, $"{node.Path} {message}");
        return null;
    }
}
