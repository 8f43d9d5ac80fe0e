namespace Connbeat.Config;

/// <summary>Finds and reads configuration files, and says whether they can be trusted.</summary>
internal static class ConfigFile
{
    /// <summary>Where connbeat looks when no file is named, in this order.</summary>
    public static readonly IReadOnlyList<string> Places = ["connbeat.yml", "/etc/connbeat/connbeat.yml"];

    /// <summary>The files that were named, else the first place where there is one, else none.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> named, IReadOnlyList<string> places) =>
        named.Count > 0 ? named : [.. places.Where(File.Exists).Take(1)];

    /// <summary>Reads a file into settings; null, and a fault, where it can't be.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="trust">Who may own and write it.</param>
    /// <param name="reading">Takes what is wrong.</param>
    public static ConfigMap? Read(string file, FileTrust trust, ConfigReading reading)
    {
        reading.Follow(file);
        SmallFile content = SmallFile.Read(file, trust.OwnerOf);
        if (content.Text is null)
        {
            string step = content.Problem is SmallFile.Missing ? "stat" : "read";
            reading.Fault(origin: null, $"error loading config file: {step} {file}: {content.Problem}");
            return null;
        }

        foreach (string doubt in trust.Doubts(file, content))
        {
            if (trust.Check is PermissionCheck.Refuse)
            {
                reading.Fault(origin: null, $"error loading config file: {doubt}");
            }
            else
            {
                reading.Warn(origin: null, doubt);
            }
        }

        return YamlTree.ReadFile(file, content.Text, reading.Faults);
    }
}
