using System.Text;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Is the configuration right, and nobody else's to change?</summary>
internal static class ConfigurationCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "configuration";

    /// <summary>Judges.</summary>
    public static Finding Judge(ConfigurationFacts facts)
    {
        if (facts.Faults.Count > 0)
        {
            string count = facts.Faults.Count == 1 ? "1 fault" : $"{facts.Faults.Count} faults";
            return new Finding(Name, Status.Broken, $"{count}: connbeat does not start; the rest is judged by the defaults")
            {
                Costs = facts.Faults,
            };
        }

        if (facts.Files.Count == 0)
        {
            return Finding.Ok(Name, "no file; the defaults hold");
        }

        string says = string.Join(", ", facts.Files.Select(file => file.Path));
        ConfigurationFile[] writable = [.. facts.Files.Where(file => file.OthersCanWrite)];
        if (writable.Length > 0)
        {
            return new Finding(Name, Status.Degraded, $"{says}; others can write it")
            {
                Costs = ["whoever writes it says what connbeat does with its rights", .. facts.Warnings],
                Mend = [.. writable.Select(file => $"chmod go-w {ShellWord.Of(file.Path)}")],
            };
        }

        ConfigurationFile[] foreign =
            [.. facts.Files.Where(file => file.Owner is { } owner && owner != 0 && owner != facts.Uid)];
        if (foreign.Length > 0)
        {
            return new Finding(Name, Status.Note, $"{says}; uid {foreign[0].Owner} owns {foreign[0].Path}")
            {
                Costs = ["its owner says what connbeat does with its rights", .. facts.Warnings],
                Mend = [.. foreign.Select(file => $"sudo chown root {ShellWord.Of(file.Path)}")],
            };
        }

        return facts.Warnings.Count > 0
            ? new Finding(Name, Status.Note, says) { Costs = facts.Warnings }
            : Finding.Ok(Name, says);
    }
}

/// <summary>What came of reading the configuration.</summary>
internal sealed record ConfigurationFacts
{
    /// <summary>What was read.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; init; } = [];

    /// <summary>What makes it unusable.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>What its user should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Who runs connbeat.</summary>
    public required uint Uid { get; init; }

    /// <summary>Gathers them.</summary>
    /// <param name="proc">Tells who runs connbeat.</param>
    /// <param name="loaded">The configuration; null where it has faults.</param>
    /// <param name="faults">Its faults.</param>
    public static ConfigurationFacts Read(ProcReader proc, LoadedConfig? loaded, IReadOnlyList<ConfigFault> faults)
    {
        return new ConfigurationFacts
        {
            Files = [.. (loaded?.Files ?? []).Select(ConfigurationFile.Read)],
            Faults = [.. faults.Select(fault => fault.ToString())],
            Warnings = loaded?.Warnings ?? [],
            Uid = ThreadRights.Read(proc).Uid,
        };
    }
}

/// <summary>A file of the configuration.</summary>
/// <param name="Path">As it was named.</param>
/// <param name="Owner">User id of its owner; null where it is not told.</param>
/// <param name="OthersCanWrite">True where its group or everybody may.</param>
internal sealed record ConfigurationFile(string Path, uint? Owner, bool OthersCanWrite)
{
    /// <summary>Looks at one.</summary>
    public static ConfigurationFile Read(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

        bool isOwned = LibC.TryStatus(Encoding.UTF8.GetBytes(path + '\0'), out FileStatus status) == 0;
        bool isThere = File.Exists(path);
        return new ConfigurationFile(
            path, isOwned ? status.Owner : null, isThere && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None);
    }
}
