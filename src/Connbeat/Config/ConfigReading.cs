namespace Connbeat.Config;

/// <summary>One reading of the configuration: collects what is wrong, so that all of it is told at once.</summary>
internal sealed class ConfigReading(Func<string, string?> environment)
{
    /// <summary>How many faults are told; past them, a file was named by mistake.</summary>
    public const int MostTold = 100;

    private readonly List<ConfigFault> _warnings = [];
    private readonly List<ConfigSection> _sections = [];
    private readonly List<string> _sources = [];
    private readonly Dictionary<string, EffectiveSetting> _effective = new(StringComparer.Ordinal);

    /// <summary>What makes the configuration unusable, in the order found.</summary>
    public List<ConfigFault> Faults { get; } = [];

    /// <summary>What the user should know, by file and line, ready to be logged.</summary>
    public IReadOnlyList<string> Warnings => [.. Sorted(_warnings).Select(warning => warning.ToString())];

    /// <summary>Replaces placeholders when a setting is read: what is overridden or unknown needs none.</summary>
    public Placeholders Placeholders { get; } = new(environment);

    /// <summary>A variable of the environment; null where it is not set.</summary>
    public string? Environment(string name) => environment(name);

    /// <summary>Every name that was asked for, with its full path.</summary>
    public IEnumerable<string> Asked => _sections.SelectMany(section => section.Asked);

    /// <summary>Every setting as it is in force, in the order in which they were read.</summary>
    public IReadOnlyList<EffectiveSetting> Effective => [.. _effective.Values];

    /// <summary>A setting has this value, whether it was written or is the default.</summary>
    public void Note(EffectiveSetting setting) => _effective[setting.Path] = setting;

    /// <summary>That setting is told by another.</summary>
    public void Forget(string path) => _effective.Remove(path);

    /// <summary>Takes note of a file, or of a setting of the command line: what is wrong there is told after what is wrong before.</summary>
    public void Follow(string source) => _sources.Add(source);

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
        if (Faults.Count == 0)
        {
            return;
        }

        List<ConfigFault> told = [.. Sorted(Faults).Take(MostTold)];
        if (Faults.Count > MostTold)
        {
            told.Add(new ConfigFault(Origin: null, $"{Faults.Count - MostTold} more faults are not told"));
        }

        throw new ConfigException(told);
    }

    /// <summary>What is about no line comes first, then files in the order in which they were named, then the command line.</summary>
    private IEnumerable<ConfigFault> Sorted(IEnumerable<ConfigFault> faults) => faults
        .OrderBy(fault => fault.Origin is { } origin ? _sources.IndexOf(origin.Source) + 1 : 0)
        .ThenBy(fault => fault.Origin?.Line);
}
