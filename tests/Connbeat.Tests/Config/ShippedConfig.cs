using Connbeat.Config;

namespace Connbeat.Tests.Config;

/// <summary>The connbeat.yml at the root of the repository.</summary>
internal static class ShippedConfig
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(Root(), "connbeat.yml"));

    /// <summary>Full names of all that it sets.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. Leaves(Settings())];

    private static ConfigMap Settings() =>
        YamlTree.ReadFile("connbeat.yml", Text, []) ?? throw new InvalidDataException(Text);

    private static IEnumerable<string> Leaves(ConfigMap section) => section.Entries.Values.SelectMany(
        node => node is ConfigMap { Entries.Count: > 0 } inner ? Leaves(inner) : [node.Path]);

    private static string Root()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "connbeat.slnx")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("no connbeat.slnx");
        }

        return directory;
    }
}
