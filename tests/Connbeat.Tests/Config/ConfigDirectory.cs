using Connbeat.Config;

namespace Connbeat.Tests.Config;

/// <summary>A directory of its own for configuration files; messages name its files without the directory.</summary>
internal sealed class ConfigDirectory : IDisposable
{
    // In memory, where there is such a place: one of the tests writes 20,000 files.
    private readonly string _root = Directory.CreateDirectory(
        $"{(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath())}/connbeat-{Guid.NewGuid()}").FullName + "/";

    public Dictionary<string, string> Environment { get; } = [];

    public string PathOf(string file) => _root + file;

    public void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string file, byte[] content)
    {
        File.WriteAllBytes(PathOf(file), content);
        SetMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void SetMode(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathOf(file), mode);
        }
    }

    /// <summary>Writes connbeat.yml and reads it.</summary>
    public LoadedConfig Load(string yaml, params string[] overrides)
    {
        Write("connbeat.yml", yaml);
        return LoadFiles(["connbeat.yml"], overrides);
    }

    public LoadedConfig LoadFiles(string[] files, string[] overrides, FileTrust? trust = null) =>
        ConfigLoader.Read([.. files.Select(PathOf)], overrides, Environment.GetValueOrDefault, trust);

    /// <summary>The faults of a connbeat.yml.</summary>
    public string[] Faults(string yaml, params string[] overrides)
    {
        Write("connbeat.yml", yaml);
        return FaultsOf(["connbeat.yml"], overrides);
    }

    public string[] FaultsOf(string[] files, string[] overrides, FileTrust? trust = null) =>
        [.. Assert.Throws<ConfigException>(() => LoadFiles(files, overrides, trust)).Faults
            .Select(fault => fault.ToString().Replace(_root, "", StringComparison.Ordinal))];

    /// <summary>The warnings of a connbeat.yml.</summary>
    public string[] Warnings(string yaml) => WarningsOf(Load(yaml));

    public string[] WarningsOf(LoadedConfig loaded) =>
        [.. loaded.Warnings.Select(warning => warning.Replace(_root, "", StringComparison.Ordinal))];

    /// <summary>What <c>connbeat export config</c> prints.</summary>
    public static string Exported(LoadedConfig loaded)
    {
        using StringWriter text = new();
        YamlText.WriteNested(loaded.Settings.Select(setting => (setting.Path, setting.Shown)), text);
        return text.ToString();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
