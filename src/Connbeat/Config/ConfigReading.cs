namespace Connbeat.Config;

/// <summary>One reading of the configuration: collects what is wrong, so that all of it is told at once.</summary>
internal sealed class ConfigReading(Func<string, string?> environment)
{
    private readonly List<ConfigFault> _warnings = [];
    private readonly List<ConfigSection> _sections = [];
    private readonly Dictionary<string, EffectiveSetting> _effective = new(StringComparer.Ordinal);

    /// <summary>What makes the configuration unusable, in the order found.</summary>
    public List<ConfigFault> Faults { get; } = [];

    /// <summary>What the user should know, by file and line, ready to be logged.</summary>
    public IReadOnlyList<string> Warnings => [.. Sorted(_warnings).Select(warning => warning.ToString())];

    /// <summary>Replaces placeholders when a setting is read: what is overridden or unknown needs none.</summary>
    public Placeholders Placeholders { get; } = new(environment);

    /// <summary>Every name that was asked for, with its full path.</summary>
    public IEnumerable<string> Asked => _sections.SelectMany(section => section.Asked);

    /// <summary>Every setting as it is in force, in the order in which they were read.</summary>
    public IReadOnlyList<EffectiveSetting> Effective => [.. _effective.Values];

    /// <summary>A setting has this value, whether it was written or is the default.</summary>
    public void Note(EffectiveSetting setting) => _effective[setting.Path] = setting;

    /// <summary>That setting is told by another.</summary>
    public void Forget(string path) => _effective.Remove(path);

    /// <summary>Something is wrong.</summary>
    public void Fault(Origin? origin, string message) => Faults.Add(new ConfigFault(origin, message));

    /// <summary>Something is usable, but the user should know.</summary>
    public void Warn(Origin? origin, string message) => _warnings.Add(new ConfigFault(origin, message));

    /// <summary>Opens a section, and remembers it for <see cref="Finish"/>.</summary>
    public ConfigSection Open(ConfigMap map)
    {
        ConfigSection section = new(map, this);
        _sections.Add(section);
        return section;
    }

    /// <summary>Judges the settings that nobody asked for; to be called when all is read.</summary>
    public void Finish()
    {
        foreach (ConfigSection section in _sections)
        {
            section.JudgeTheRest();
        }
    }

    /// <exception cref="ConfigException">Something is wrong.</exception>
    public void ThrowIfFaulty()
    {
        if (Faults.Count > 0)
        {
            throw new ConfigException([.. Sorted(Faults)]);
        }
    }

    private static IEnumerable<ConfigFault> Sorted(IEnumerable<ConfigFault> faults) => faults
        .OrderBy(fault => fault.Origin?.Source, StringComparer.Ordinal)
        .ThenBy(fault => fault.Origin?.Line);
}
