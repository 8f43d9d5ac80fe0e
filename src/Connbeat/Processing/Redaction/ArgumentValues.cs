namespace Connbeat.Processing.Redaction;

/// <summary>Finds where the value of a flag or a name ends, and what of it is secret.</summary>
internal sealed class ArgumentValues(string text, Quotes quotes, SecretSpans found)
{
    private const int LongestCommand = 1024;

    /// <summary>Takes the secret of the value that begins at a place of an argument.</summary>
    /// <param name="kind">What of it is secret.</param>
    /// <param name="argument">The argument, or a word.</param>
    /// <param name="at">Where the value begins.</param>
    /// <param name="end">Where it ends; the end of the argument where there is no secret.</param>
    public bool TryTake(SecretKind kind, in Argument argument, int at, out int end)
    {
        end = argument.End;
        return TryTakeRange(kind, StartOfValue(argument, at, out int close), close) && (end = close) >= 0;
    }

    /// <summary>Takes the secret of a value of which both ends are known.</summary>
    public bool TryTakeRange(SecretKind kind, int start, int end)
    {
        ReadOnlySpan<char> value = text.AsSpan(start, Math.Max(end - start, 0));
        int spaces = value.Length - value.TrimStart(' ').Length;
        if (!SecretValue.TryFind(kind, value[spaces..], out int skipped))
        {
            return false;
        }

        found.Add(start + spaces + skipped, end);
        return true;
    }

    /// <summary>Where a value begins and ends without its quotes.</summary>
    private int StartOfValue(in Argument argument, int at, out int end)
    {
        end = argument.End;
        if (!argument.IsWord)
        {
            return at;
        }

        int start = at;
        while (start < end && text[start] == '\\')
        {
            start++;
        }

        if (start < end && Quotes.Is(text[start]))
        {
            int close = quotes.End(text[start], start + 1, argument.Limit, isEscaped: start > at);
            end = close < 0 ? end : close;
            return start + 1;
        }

        if (argument.Quote != '\0' && at > argument.Outset &&
            quotes.End(argument.Quote, at, argument.Limit, isEscaped: false) is >= 0 and int endOfQuote)
        {
            end = endOfQuote;
            return at;
        }

        if (text.AsSpan(at, end - at).StartsWith("$("))
        {
            int close = text.IndexOf(')', at, Math.Min(argument.Limit - at, LongestCommand));
            end = close < 0 ? end : Math.Max(close + 1, end);
            return at;
        }

        int trimmed = text.AsSpan(at, end - at).TrimEnd("\"'").Length;
        end = trimmed > 0 ? at + trimmed : end;
        return at;
    }
}
