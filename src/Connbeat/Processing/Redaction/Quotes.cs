namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds where quotes end. It remembers from where on there is none, so that a text full of opened quotes is not read
/// again and again.
/// </summary>
internal sealed class Quotes(string text)
{
    private (int From, int To) _noSingle;
    private (int From, int To) _noDouble;

    /// <summary>True for what quotes in a shell, in JSON and in YAML.</summary>
    public static bool Is(char character) => character is '"' or '\'';

    /// <summary>Where the quoted text ends that begins at a place; -1 where it does not end.</summary>
    /// <param name="quote">The character that ends it.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where it must have ended.</param>
    /// <param name="isEscaped">True where it ends with a backslash before the quote; else such a one is passed over.</param>
    public int End(char quote, int from, int to, bool isEscaped)
    {
        ref (int From, int To) none = ref quote == '"' ? ref _noDouble : ref _noSingle;
        if (from >= none.From && to <= none.To)
        {
            return -1;
        }

        for (int at = from; text.AsSpan(at, to - at).IndexOf(quote) is >= 0 and int next; at++)
        {
            at += next;
            int backslashes = at - text.AsSpan(from, at - from).TrimEnd('\\').Length - from;
            if (isEscaped ? backslashes > 0 : backslashes % 2 == 0)
            {
                return isEscaped ? at - backslashes : at;
            }
        }

        none = (from, to);
        return -1;
    }
}
