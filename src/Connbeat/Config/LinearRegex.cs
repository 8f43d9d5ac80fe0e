using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Connbeat.Config;

/// <summary>
/// Regular expressions that take time linear to the text whatever it is, as those of Go do; https://pkg.go.dev/regexp/syntax.
/// What that syntax has and .NET's has not is refused, never read as something else.
/// </summary>
internal static class LinearRegex
{
    private const int Longest = 1000;

    /// <summary>Reads an expression; false, and why, where it cannot be used.</summary>
    public static bool TryParse(
        string pattern, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? problem)
    {
        regex = null;
        problem = pattern switch
        {
            { Length: > Longest } => $"is longer than {Longest} characters",
            _ when pattern.Contains("[[:", StringComparison.Ordinal) || pattern.Contains("[^[:", StringComparison.Ordinal) =>
                @"has a class such as [[:alpha:]]; write [A-Za-z] or \p{L}",
            _ => null,
        };
        if (problem is not null)
        {
            return false;
        }

        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (RegexParseException fault)
        {
            problem = $"is no regular expression: {Words(fault.Error)} at character {fault.Offset}";
        }
        catch (NotSupportedException)
        {
            problem = "may take for ever; expected no look-around, back reference, atomic group or very large repetition";
        }

        return false;
    }

    private static string Words(RegexParseError error) =>
        string.Concat(error.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
