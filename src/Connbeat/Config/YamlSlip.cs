using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace Connbeat.Config;

/// <summary>Where text stops being YAML, and why, in words for people.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Message">One sentence; names keys, never values.</param>
internal readonly partial record struct YamlSlip(long Line, string Message)
{
    private const int LongestLine = 1000;
    private const string Damage = "not valid YAML: a bracket, a quote or an escape is out of place";

    /// <summary>What the parser says where a thing is not closed, and what it means.</summary>
    private static readonly (string Says, string Means)[] Meanings =
    [
        ("unknown escape character", @"a \ in double quotes begins an escape, and this is none; use single quotes, or write \\"),
        ("quoted scalar", "a quote is not closed here or above"),
        ("flow sequence", "a bracket [ is not closed here or above, or a comma is missing"),
        ("flow mapping", "a bracket { is not closed here or above, or a comma is missing"),
        ("document start", "a name and a colon are missing, or too much stands here"),
        ("cannot start any token", "a text that begins so has to stand in quotes"),
    ];

    /// <summary>The first character that no text has, or that would be a line break for YAML only; null where there is none.</summary>
    public static YamlSlip? OfCharacters(string text)
    {
        int line = 1;
        foreach (char c in text)
        {
            line += c is '\n' ? 1 : 0;
            if ((char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is '\u2028' or '\u2029')
            {
                return new YamlSlip(line, $"holds the character U+{(int)c:X4}; expected text");
            }
        }

        return null;
    }

    /// <summary>Makes the best of what the parser says: its line may be where a thing began, or past the end.</summary>
    /// <param name="fault">What the parser threw.</param>
    /// <param name="readUpTo">The end of what it understood.</param>
    /// <param name="text">What it read.</param>
    public static YamlSlip Explain(Exception fault, Mark readUpTo, string text)
    {
        string[] lines = text.Split('\n');
        long last = text.EndsWith('\n') ? lines.Length - 1 : lines.Length;
        long start = fault is YamlException { Start: Mark mark } ? mark.Line : 1;
        int at = (int)Math.Clamp(Math.Max(start, readUpTo.Line), 1, Math.Max(last, 1)) - 1;
        int above = Array.FindLastIndex(lines, Math.Max(at - 1, 0), static line => HasContent(line));

        int tab = Array.FindIndex(lines, at, IsIndentedByTab);
        if (tab >= 0 && fault.Message.Contains("tab", StringComparison.Ordinal))
        {
            return new YamlSlip(tab + 1, "a tab in the indentation; expected spaces");
        }

        foreach (int line in above >= 0 && above < at ? (int[])[at, above] : [at])
        {
            if (SlipIn(lines[line]) is { } slip)
            {
                return new YamlSlip(line + 1, slip);
            }
        }

        string? means = Array.Find(Meanings, one => fault.Message.Contains(one.Says, StringComparison.Ordinal)).Means;
        bool isShifted = above >= 0 && above < at && Indentation(lines[at]) != Indentation(lines[above]);
        return new YamlSlip(at + 1, means ?? (isShifted ? "the indentation does not fit the lines above" : Damage));
    }

    /// <summary>What people get wrong in a line; null where it looks right by itself.</summary>
    private static string? SlipIn(string line) =>
        line.Length > LongestLine ? null
        : Conflict.IsMatch(line) ? "a mark of a merge conflict"
        : Tight.Match(line) is { Success: true } tight ? $"the space after the colon of {tight.Groups[1].Value} is missing"
        : Reserved.IsMatch(line) ? "a text that begins with @, % or ` has to stand in quotes"
        : TwoColons.IsMatch(line) ? "a value that holds a colon and a space has to stand in quotes; a section has lines of its own"
        : NoColon.IsMatch(line) ? "expected a name, a colon and a space before the value"
        : null;

    private static bool HasContent(string line) => line.AsSpan().TrimStart() is not ([] or ['#', ..]);

    private static int Indentation(string line) => line.Length - line.AsSpan().TrimStart().Length;

    private static bool IsIndentedByTab(string line) => line.AsSpan(0, Indentation(line)).Contains('\t');

    [GeneratedRegex(@"\A(<<<<<<<|=======|>>>>>>>)( |\r?\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Conflict { get; }

    /// <summary><c>password:hunter2</c>, but not <c>- localhost:9200</c> and not <c>http://…</c>.</summary>
    [GeneratedRegex(@"\A\s*([A-Za-z_][A-Za-z0-9_.]*):(?!//)[^\s:][^:]*(:[^\s][^:]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Tight { get; }

    [GeneratedRegex(@"\A([^'""]*[:\-,\[{])?\s*[@%`]", RegexOptions.CultureInvariant)]
    private static partial Regex Reserved { get; }

    [GeneratedRegex(@"\A\s*[A-Za-z_][A-Za-z0-9_.]*:\s+[^\s'""\[{#][^'""#]*:\s", RegexOptions.CultureInvariant)]
    private static partial Regex TwoColons { get; }

    [GeneratedRegex(@"\A\s*[A-Za-z_][^:#'""\[\]{},]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex NoColon { get; }
}
