namespace Connbeat.Config;

/// <summary>Makes options of files and command line, or tells everything that is wrong with them.</summary>
internal static class ConfigLoader
{
    /// <summary>Reads the configuration as every command does.</summary>
    /// <param name="files">
    /// Those of <c>-c</c>, later over earlier; where there are none, <see cref="ConfigFile.Places"/> are tried.
    /// </param>
    /// <param name="overrides">Those of <c>-E</c>, <c>key=value</c>, over all files.</param>
    /// <param name="environment">The value of a variable for <c>${VAR}</c>; null where it is not set.</param>
    /// <param name="trust">Who may own and write the files; null: that others can write one is worth a warning.</param>
    /// <exception cref="ConfigException">Something is wrong; tells all of it.</exception>
    public static LoadedConfig Load(
        IReadOnlyList<string> files,
        IReadOnlyList<string> overrides,
        Func<string, string?> environment,
        FileTrust? trust = null) =>
        Read(ConfigFile.Find(files, ConfigFile.Places), overrides, environment, trust);

    /// <summary>As <see cref="Load"/>, but these files and no others.</summary>
    /// <exception cref="ConfigException">Something is wrong; tells all of it.</exception>
    public static LoadedConfig Read(
        IReadOnlyList<string> files,
        IReadOnlyList<string> overrides,
        Func<string, string?> environment,
        FileTrust? trust = null)
    {
        trust ??= new FileTrust();
        ConfigReading reading = new(environment);
        ConfigMap settings = new(path: "", origin: default);
        bool whole = true;
        foreach (string file in files)
        {
            whole &= Join(settings, ConfigFile.Read(file, trust, reading));
        }

        foreach (string argument in overrides)
        {
            whole &= Join(settings, ConfigOverride.Read(argument, reading));
        }

        if (!whole)
        {
            // What was not read would be missed in what was: its faults would mislead.
            reading.ThrowIfFaulty();
        }

        AgentOptions options = AgentOptions.Read(reading.Open(settings));
        reading.Finish();
        reading.ThrowIfFaulty();
        return new LoadedConfig(options, reading.Warnings, reading.Effective, files);
    }

    private static bool Join(ConfigMap settings, ConfigMap? later)
    {
        if (later is not null)
        {
            settings.Join(later);
        }

        return later is not null;
    }
}
