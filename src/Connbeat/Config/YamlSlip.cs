using YamlDotNet.Core;

namespace Connbeat.Config;

/// <summary>Where text stops being YAML, and why, in words for people.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Message">One sentence.</param>
internal readonly record struct YamlSlip(long Line, string Message)
{
    /// <summary>Makes the best of what the parser says: its line may be where a thing began, or past the end.</summary>
    /// <param name="fault">What the parser threw.</param>
    /// <param name="readUpTo">The end of what it understood.</param>
    /// <param name="text">What it read.</param>
    public static YamlSlip Explain(Exception fault, Mark readUpTo, string text)
    {
        string[] lines = text.Split('\n');
        long last = text.EndsWith('\n') ? lines.Length - 1 : lines.Length;
        long start = fault is YamlException { Start: Mark mark } ? mark.Line : 1;
        long line = Math.Clamp(Math.Max(start, readUpTo.Line), 1, Math.Max(last, 1));

        int tab = Array.FindIndex(lines, (int)line - 1, IsIndentedByTab);
        if (tab >= 0 && fault.Message.Contains("tab", StringComparison.Ordinal))
        {
            return new YamlSlip(tab + 1, "a tab in the indentation; expected spaces");
        }

        return fault is YamlException
            ? new YamlSlip(line, $"not valid YAML: {fault.Message.TrimEnd('.')}")
            : new YamlSlip(line, "not valid YAML: a bracket, a quote or an escape is out of place");
    }

    private static bool IsIndentedByTab(string line) =>
        line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length).Contains('\t');
}
