namespace Connbeat.Config;

/// <summary>Reads the items of <c>processors</c>; what is wrong becomes a fault, and the item is left out.</summary>
internal sealed class ProcessorReader(ConfigReading reading, EventFields fields)
{
    private const string Expected = "drop_event, drop_fields or include_fields";

    /// <summary>Those of the original that have nothing to do here.</summary>
    private static readonly Dictionary<string, string> WithoutEffect = new()
    {
        ["add_cloud_metadata"] = "connbeat asks no cloud about its host; set fields to what you want told of it",
        ["decode_json_fields"] = "no field of connbeat's events holds JSON as text",
    };

    private static readonly string[] Known = ["drop_event", "drop_fields", "include_fields", .. WithoutEffect.Keys];

    private readonly ConditionReader _conditions = new(reading, fields);

    /// <summary>The items in their order.</summary>
    public IReadOnlyList<ProcessorOptions> Read(ConfigList list)
    {
        ProcessorOptions[] read = [.. list.Items.Select(ReadItem).OfType<ProcessorOptions>()];
        if (read.Count(one => one is not ProcessorOptions.DropEvent) > ProcessorOptions.MostOfFields)
        {
            reading.Fault(
                list.Origin,
                $"{list.Path} has more than {ProcessorOptions.MostOfFields} drop_fields and include_fields; expected fewer");
        }

        return read;
    }

    private ProcessorOptions? ReadItem(ConfigNode item)
    {
        if (item is not ConfigMap { Entries.Count: > 0 } map)
        {
            return Fault(item, $"has an item that is {item}; expected {Expected}, as 'drop_event: {{when: …}}'");
        }

        (string action, ConfigNode node) = map.Entries.First();
        if (map.Entries.Count > 1)
        {
            return map.Entries.Keys.Any(key => key is "when" or "fields")
                ? Fault(item, $"has an item with {string.Join(" beside ", map.Entries.Keys)}; indent what belongs to {action}")
                : Fault(item, $"has an item with {map.Entries.Count} actions, {string.Join(" and ", map.Entries.Keys)}; expected one in each item");
        }

        if (WithoutEffect.TryGetValue(action, out string? why))
        {
            reading.Warn(node.Origin, $"{node.Path} has no effect: {why}");
            return null;
        }

        if (action is not ("drop_event" or "drop_fields" or "include_fields"))
        {
            string? meant = Spelling.Nearest(action, Known);
            reading.Fault(
                node.Origin, $"the processor {action} doesn't exist; expected {Expected}{(meant is null ? "" : $"; did you mean {meant}?")}");
            return null;
        }

        if (node is not ConfigMap && !node.IsEmpty)
        {
            return Fault(node, $"is {node}; expected a section of settings");
        }

        return Read(action, node as ConfigMap ?? new ConfigMap(node.Path, node.Origin));
    }

    private ProcessorOptions? Read(string action, ConfigMap settings)
    {
        bool namesFields = action is not "drop_event";
        bool isRight = JudgeKeys(settings, namesFields ? ["fields", "when"] : ["when"]);
        ConditionOptions? when = null;
        if (settings.TryGet("when", out ConfigNode? condition) && !condition.IsEmpty)
        {
            when = _conditions.Read(condition);
            isRight &= when is not null;
        }

        IReadOnlyList<string>? names = namesFields ? ReadNames(settings, drops: action is "drop_fields") : [];
        if (!isRight || names is null)
        {
            return null;
        }

        switch (action)
        {
            case "drop_fields":
                return new ProcessorOptions.DropFields(names, when);
            case "include_fields":
                return new ProcessorOptions.IncludeFields(names, when);
        }

        if (when is null)
        {
            reading.Warn(settings.Origin, $"{settings.Path} has no when: no event is sent but those of the agent itself");
        }

        return new ProcessorOptions.DropEvent(when);
    }

    private bool JudgeKeys(ConfigMap settings, string[] known)
    {
        ConfigNode[] unknown = [.. settings.Entries.Where(entry => !known.Contains(entry.Key)).Select(entry => entry.Value)];
        foreach (ConfigNode node in unknown)
        {
            Fault(node, $"is not a setting of connbeat; expected {string.Join(" and ", known)}");
        }

        return unknown.Length == 0;
    }

    private List<string>? ReadNames(ConfigMap settings, bool drops)
    {
        const string ExpectedNames = "a list of names of fields";

        if (!settings.TryGet("fields", out ConfigNode? node) || node.IsEmpty)
        {
            reading.Fault(settings.Origin, $"{settings.Path}.fields is missing; expected {ExpectedNames}");
            return null;
        }

        IReadOnlyList<ConfigNode> items = node is ConfigList list ? list.Items : [node]; // one value is a list of one
        if (items.Count == 0 || node is ConfigMap)
        {
            Fault(node, $"is {node}; expected {ExpectedNames}");
            return null;
        }

        List<string> names = [];
        foreach (ConfigNode item in items)
        {
            if (ReadName(item) is { } name)
            {
                names.Add(name);
                WarnOf(item, name, drops);
            }
        }

        return names.Count == items.Count ? names : null;
    }

    private string? ReadName(ConfigNode item)
    {
        if (item is not ConfigScalar { IsEmpty: false } scalar)
        {
            Fault(item, $"has an item that is {item}; expected the name of a field");
            return null;
        }

        string? name = reading.Placeholders.Replace(scalar.Written, out string? problem);
        if (name is null)
        {
            Fault(item, $"has {item}: {problem}");
        }
        else if (fields.KindOf(name) is null)
        {
            string? meant = fields.Nearest(name);
            Fault(item, $"names {scalar.Written}, which no event has{(meant is null ? "" : $"; did you mean {meant}?")}");
            return null;
        }

        return name;
    }

    private void WarnOf(ConfigNode item, string name, bool drops)
    {
        string[] kept = [.. KeptFields.In(name)];
        if (drops && kept.Length > 0)
        {
            reading.Warn(item.Origin, $"{item.Path} names {name}, but {string.Join(", ", kept)} can't be dropped and stay{(kept.Length == 1 ? "s" : "")}");
        }

        if (!fields.IsSent(name))
        {
            reading.Warn(item.Origin, $"{item.Path} names {name}, which events in the schema that is sent do not have");
        }
    }

    private ProcessorOptions? Fault(ConfigNode node, string message)
    {
        reading.Fault(node.Origin, $"{node.Path} {message}");
        return null;
    }
}
