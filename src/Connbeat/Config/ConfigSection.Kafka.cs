namespace Connbeat.Config;

/// <summary>Settings that only <c>output.kafka</c> has.</summary>
internal sealed partial class ConfigSection
{
    /// <summary>True where a section was written, and does not say that it is off.</summary>
    public bool IsOn(string key) =>
        !_isOff && map.TryGet(key, out ConfigNode? node) && node is ConfigMap section &&
        !(section.TryGet("enabled", out ConfigNode? enabled) && enabled is ConfigScalar scalar &&
            reading.Placeholders.Replace(scalar.Written, out _) is { } text && ConfigScalar.IsNo(text));

    /// <summary>A section that nobody wrote is off, whatever its defaults say.</summary>
    public void NoteOff(string key) =>
        reading.Note(new EffectiveSetting($"{ConfigMap.PathOf(map.Path, key)}.enabled", YamlText.Of(false)));

    /// <summary>A section of those that exclude each other: nothing in it is in force.</summary>
    public void ForgetBelow(string key)
    {
        string prefix = $"{ConfigMap.PathOf(map.Path, key)}.";
        foreach (EffectiveSetting setting in reading.Effective.Where(one => one.Path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            reading.Forget(setting.Path);
        }
    }

    /// <summary>What the key of a message is made of; see <see cref="KafkaKey"/>.</summary>
    public KafkaKey MessageKey(string key, EventFields fields)
    {
        KafkaKey read = KafkaKey.CommunityId;
        if (Ask(key) is ConfigScalar scalar && KafkaKey.Names.TryGetValue(scalar.Written, out KafkaKeyKind kind))
        {
            read = new KafkaKey(kind);
        }
        else if (Ask(key) is { } node)
        {
            if (node is ConfigScalar { Written: var written } && !written.Contains("%{") && !written.Contains("${"))
            {
                Expected(node, node.Path, KafkaKey.Expected); // one key for all events is one partition for all events
            }
            else if (new FormatReader(reading, fields).Read(node) is { } format)
            {
                read = new KafkaKey(KafkaKeyKind.Format, format);
            }
        }

        return Noted(key, read, one => one.Written);
    }

    /// <summary>Names of fields that hold one value each.</summary>
    public IReadOnlyList<string> FieldNames(string key, EventFields fields)
    {
        IReadOnlyList<string> names = TextList(key, []);
        foreach (string name in names.Where(name => fields.KindOf(name) is null or FieldKind.Section))
        {
            string? meant = fields.Nearest(name);
            Fault(key, $"names {name}, which no event has that is sent there{(meant is null ? "" : $"; did you mean {meant}?")}");
        }

        return names;
    }
}
