using System.Text.RegularExpressions;

namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds what the user's own patterns match, or their group <c>secret</c>. One match costs time in proportion to the text;
/// where a pattern matches so often that this adds up, the rest of the text is taken out.
/// </summary>
internal sealed class ExtraPatterns(IReadOnlyList<Regex> patterns)
{
    private const string Group = "secret";
    private const int Budget = 4 * 1024 * 1024; // characters of text, each read once for each match

    /// <summary>Finds all of a text, in which arguments are joined by spaces.</summary>
    public void Find(string text, SecretSpans found)
    {
        int most = Math.Max(Budget / Math.Max(text.Length, 1), 1);
        foreach (Regex pattern in patterns)
        {
            int matches = 0;
            for (Match match = pattern.Match(text); match.Success; match = match.NextMatch())
            {
                Group secret = match.Groups[Group] is { Success: true } named ? named : match;
                found.Add(secret.Index, secret.Index + secret.Length);
                if (++matches == most)
                {
                    found.Add(match.Index + match.Length, text.Length);
                    break;
                }
            }
        }
    }
}
