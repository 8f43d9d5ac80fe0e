using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds secrets by the name before them inside of an argument: <c>?token=x&amp;sig=y</c>, <c>user=a,password=b</c>,
/// <c>Server=a;Password=b</c>, <c>{"password": "x"}</c>, <c>--env=PGPASSWORD=x</c>, <c>&lt;password&gt;x&lt;/password&gt;</c>,
/// <c>PASSWORD('x')</c>, <c>{"name": "PGPASSWORD", "value": "x"}</c>.
/// </summary>
internal sealed class Assignments(string text, Quotes quotes, SecretSpans found)
{
    private const int MostJudged = 64; // names in one value: key=key=key=

    private static readonly SearchValues<char> Signs = SearchValues.Create("=:>(");
    private static readonly SearchValues<char> EndInQuery = SearchValues.Create("&#\"'`<> \t\r\n");
    private static readonly SearchValues<char> EndInList = SearchValues.Create(",;|&)}]\"'` \t\r\n");
    private static readonly SearchValues<char> EndInStatements = SearchValues.Create(";\"'");
    private static readonly SearchValues<char> EndOfElement = SearchValues.Create("<");

    private readonly NamedPairs _pairs = new(text);
    private int _judged; // names, one after another, of which the values end at the same place
    private int _lastEnd = -1;
    private (SearchValues<char>? Of, int From, int To, int Limit) _until; // the last search for an end

    /// <summary>Reads an argument.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="expected">What the next word is, where the argument ends with a name and a colon.</param>
    /// <returns>How far it has read: to the end of the argument, or beyond.</returns>
    public int Read(in Argument argument, ref Expectation expected)
    {
        int at = argument.Start;
        while (at < argument.End && text.AsSpan(at, argument.End - at).IndexOfAny(Signs) is >= 0 and int next)
        {
            int sign = at + next;
            at = sign + 1;
            if (!TryNameBefore(sign, argument.Start, out int start, out int end))
            {
                continue;
            }

            ReadOnlySpan<char> name = text.AsSpan(start, end - start);
            char before = start > argument.Outset ? text[start - 1] : '\0';
            SecretKind kind = _pairs.Read(name, at, argument.Limit);
            if (kind == SecretKind.None && MayAssign(sign, start, end, argument))
            {
                kind = SecretName.Judge(name);
            }

            if (kind == SecretKind.IfInQueryOrRandom && before is '?' or '&')
            {
                kind = SecretKind.Always;
            }

            if (kind == SecretKind.None || (before == '=' && text.AsSpan(0, start).EndsWith("file=")))
            {
                continue; // kubectl --from-file=password=/a
            }

            if (at == argument.End && argument.IsWord && text[sign] == ':')
            {
                expected = new Expectation(kind, IsOfHeader: true);
                return at;
            }

            int valueEnd = EndOfValue(argument, before, isQuoted: end < sign, at, out int value);
            _judged = valueEnd == _lastEnd ? _judged + 1 : 0;
            _lastEnd = valueEnd;
            if (_judged > MostJudged && kind < SecretKind.UnlessPath)
            {
                continue;
            }

            if (SecretValue.TryFind(kind, text.AsSpan(value, valueEnd - value), out int skipped))
            {
                found.Add(value + skipped, valueEnd);
                at = valueEnd;
            }
        }

        return Math.Max(at, argument.End);
    }

    /// <summary>The name before a sign, and before the quotes and the bracket that may stand between.</summary>
    private bool TryNameBefore(int sign, int from, out int start, out int end)
    {
        from = Math.Max(from, sign - SecretName.Longest);
        end = sign;
        while (end > from && text[end - 1] is '"' or '\'' or '\\' or ']')
        {
            end--;
        }

        start = end;
        while (start > from && ArgumentShape.OfName.Contains(text[start - 1]))
        {
            start--;
        }

        return start < end;
    }

    /// <summary>
    /// The name with which an argument begins was judged before. A colon assigns after a quoted name, or in a list; else
    /// it stands in the name of an image, or before a port.
    /// </summary>
    private bool MayAssign(int sign, int start, int end, in Argument argument)
    {
        bool isQuoted = end < sign;
        bool isFirst = start == argument.Start;
        return text[sign] switch
        {
            '>' => !isQuoted && !isFirst && text[start - 1] == '<',
            '(' => !isQuoted && sign + 1 < argument.End && Quotes.Is(text[sign + 1]),
            '=' => !isFirst || isQuoted,
            _ => isQuoted || (!isFirst && argument.IsWord && sign + 1 == argument.End) ||
                (!isFirst && text[start - 1] is '{' or ',' or ';' or '=' && !text.AsSpan(sign).StartsWith("://")),
        };
    }

    private int EndOfValue(in Argument argument, char before, bool isQuoted, int at, out int value)
    {
        value = at;
        while (value < argument.End && text[value] == '\\')
        {
            value++;
        }

        if (value < argument.End && Quotes.Is(text[value]))
        {
            int close = quotes.End(text[value], value + 1, argument.Limit, isEscaped: value > at);
            value++;
            return close < 0 ? argument.End : close;
        }

        value = at;
        if (Quotes.Is(before) && !isQuoted && quotes.End(before, at, argument.Limit, isEscaped: false) is >= 0 and int endOfQuote)
        {
            return endOfQuote;
        }

        return before switch
        {
            '?' or '&' or '#' => Until(EndInQuery, at, argument.End),
            ';' => Until(EndInStatements, at, argument.ListEnd),
            '=' => argument.End,
            '<' => Until(EndOfElement, at, argument.Limit) is var end && end < argument.Limit ? end : argument.End,
            _ => Until(EndInList, at, argument.End),
        };
    }

    /// <summary>Remembers the last answer: of <c>key=key=key=</c>, each value goes on to the same end.</summary>
    private int Until(SearchValues<char> ends, int at, int limit)
    {
        if (_until.Of != ends || _until.Limit != limit || at < _until.From || at > _until.To)
        {
            int length = text.AsSpan(at, limit - at).IndexOfAny(ends);
            _until = (ends, at, length < 0 ? limit : at + length, limit);
        }

        return _until.To;
    }
}
