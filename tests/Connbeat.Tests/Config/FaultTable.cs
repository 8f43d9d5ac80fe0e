using Connbeat.Config;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Config;

/// <summary>What Fixtures/config/faults.txt says: each setting, written wrong, and what is told of it.</summary>
internal static class FaultTable
{
    /// <summary>Its rows in order.</summary>
    public static IReadOnlyList<FaultRow> Rows { get; } = [.. Read()];

    /// <summary>
    /// The full name of everything that is read: of a configuration that has every section of the table, and every output
    /// that is known.
    /// </summary>
    public static IReadOnlyList<string> Asked { get; } = [.. Ask()];

    private static IEnumerable<FaultRow> Read()
    {
        string setting = "";
        foreach (string line in Fixture.Lines("config/faults.txt"))
        {
            if (line.StartsWith('['))
            {
                setting = line.Trim('[', ']');
            }
            else if (line.Length > 0 && !line.StartsWith('#'))
            {
                string[] parts = line.Split(" | ");
                Assert.True(parts.Length == 2 && setting.Length > 0, line);
                yield return new FaultRow(setting, parts[0], parts[1]);
            }
        }
    }

    private static IEnumerable<string> Ask()
    {
        IEnumerable<string> sections = Rows.Where(row => row.Told.Contains("expected a section of settings")).Select(row => row.Setting);
        IEnumerable<string> outputs = Ask([]).Where(name => name.Count('.') == 1 && name.StartsWith("output.", StringComparison.Ordinal));
        return Ask([.. sections.Concat(outputs).Distinct()]);
    }

    private static IEnumerable<string> Ask(string[] sections)
    {
        ConfigReading reading = new(static _ => null);
        ConfigMap settings = new(path: "", origin: default);
        foreach (string section in sections)
        {
            settings.Join(ConfigOverride.Read($"{section}={{}}", reading)!);
        }

        AgentOptions.Read(reading.Open(settings));
        return reading.Asked.Distinct();
    }
}

/// <summary>A setting, a line of connbeat.yml that is wrong about it, and all that is told.</summary>
internal sealed record FaultRow(string Setting, string Written, string Told)
{
    private const string NoSetting = "is not a setting of connbeat";

    /// <summary>The setting is misspelt.</summary>
    public bool IsMisspelt => Told.Contains(NoSetting, StringComparison.Ordinal);

    /// <summary>The value should be of a range.</summary>
    public bool HasRange =>
        Told.Contains(" from ", StringComparison.Ordinal) || Told.EndsWith(" or more", StringComparison.Ordinal);
}
