using System.Text.RegularExpressions;
using Connbeat.Config;

namespace Connbeat.Tests.Config;

/// <summary>The connbeat.yml at the root of the repository.</summary>
internal static partial class ShippedConfig
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(Root(), "connbeat.yml"));

    /// <summary>The same with its examples, the <c>#</c> before them taken away.</summary>
    public static string TextWithExamples { get; } = Example.Replace(Text, example => ExampleLine.Replace(example.Value, "$1"));

    /// <summary>Full names of all that it sets.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. Leaves(Settings(Text))];

    /// <summary>Full names of all that it shows as an example.</summary>
    public static IReadOnlyList<string> ExampleKeys { get; } = [.. Leaves(Settings(TextWithExamples)).Except(Keys)];

    /// <summary>A section that is commented out, to its end.</summary>
    [GeneratedRegex(@"^  # \w+:\n(?:  #.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Example { get; }

    [GeneratedRegex("^(  )# ?", RegexOptions.Multiline)]
    private static partial Regex ExampleLine { get; }

    private static ConfigMap Settings(string text) =>
        YamlTree.ReadFile("connbeat.yml", text, []) ?? throw new InvalidDataException(text);

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
