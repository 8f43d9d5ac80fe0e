using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Connbeat.Config;

/// <summary>
/// How a time is written in UTC, by letters as Joda-Time has them: <c>yyyy.MM.dd</c>. What stands in single quotes, and
/// what is no letter, stands for itself; <c>''</c> is one quote.
/// </summary>
internal sealed class DatePattern
{
    /// <summary>The letters, for a fault to say.</summary>
    public const string Expected = "y, Y, x, w, e, E, D, M, d, a, K, h, H, k, m, s or S";

    private const char Literal = '\0';

    private static readonly DateTimeFormatInfo Names = CultureInfo.InvariantCulture.DateTimeFormat;

    private readonly List<(char Letter, int Count, string Text)> _parts = [];

    private DatePattern()
    {
    }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">What it means; null where it means nothing.</param>
    /// <param name="problem">Why it means nothing, as in <c>has Q, which is no letter of a date</c>.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out DatePattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = text.Length == 0 ? "is empty" : null;
        DatePattern read = new();
        for (int at = 0; problem is null && at < text.Length;)
        {
            at += text[at] == '\'' ? read.Quoted(text.AsSpan(at), out problem) : read.Run(text.AsSpan(at), out problem);
        }

        pattern = problem is null ? read : null;
        return problem is null;
    }

    /// <summary>Appends a time to a text.</summary>
    public void Append(DateTimeOffset time, IBufferWriter<char> destination)
    {
        DateTime utc = time.UtcDateTime;
        foreach ((char letter, int count, string text) in _parts)
        {
            switch (letter)
            {
                case Literal:
                    destination.Write(text);
                    break;
                case 'E':
                    destination.Write(count > 3 ? Names.GetDayName(utc.DayOfWeek) : Names.GetAbbreviatedDayName(utc.DayOfWeek));
                    break;
                case 'M' when count > 2:
                    destination.Write(count > 3 ? Names.GetMonthName(utc.Month) : Names.GetAbbreviatedMonthName(utc.Month));
                    break;
                case 'a':
                    destination.Write(utc.Hour < 12 ? "AM" : "PM");
                    break;
                case 'S':
                    Fraction(utc, count, destination);
                    break;
                default:
                    Number(ValueOf(letter, count, utc), count, destination);
                    break;
            }
        }
    }

    private static int ValueOf(char letter, int count, DateTime utc) => letter switch
    {
        'y' or 'Y' => count == 2 ? utc.Year % 100 : utc.Year,
        'x' => count == 2 ? ISOWeek.GetYear(utc) % 100 : ISOWeek.GetYear(utc),
        'w' => ISOWeek.GetWeekOfYear(utc),
        'e' => utc.DayOfWeek is DayOfWeek.Sunday ? 7 : (int)utc.DayOfWeek,
        'D' => utc.DayOfYear,
        'M' => utc.Month,
        'd' => utc.Day,
        'K' => utc.Hour % 12,
        'h' => utc.Hour % 12 == 0 ? 12 : utc.Hour % 12,
        'H' => utc.Hour,
        'k' => utc.Hour == 0 ? 24 : utc.Hour,
        'm' => utc.Minute,
        _ => utc.Second,
    };

    private static void Number(int value, int digits, IBufferWriter<char> destination)
    {
        Span<char> text = stackalloc char[10];
        value.TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
        for (int missing = digits - written; missing > 0; missing--)
        {
            destination.Write("0");
        }

        destination.Write(text[..written]);
    }

    private static void Fraction(DateTime utc, int digits, IBufferWriter<char> destination)
    {
        long rest = utc.Ticks % TimeSpan.TicksPerSecond;
        for (int digit = 0; digit < digits; digit++)
        {
            rest *= 10;
            Number((int)(rest / TimeSpan.TicksPerSecond), 1, destination);
            rest %= TimeSpan.TicksPerSecond;
        }
    }

    /// <returns>How many characters were read.</returns>
    private int Quoted(ReadOnlySpan<char> text, out string? problem)
    {
        StringBuilder quoted = new();
        problem = null;
        if (text is ['\'', '\'', ..])
        {
            _parts.Add((Literal, 0, "'"));
            return 2;
        }

        int at = 1;
        while (text[at..].IndexOf('\'') is >= 0 and int length)
        {
            quoted.Append(text.Slice(at, length));
            at += length + 1;
            if (at == text.Length || text[at] != '\'')
            {
                _parts.Add((Literal, 0, quoted.ToString()));
                return at;
            }

            quoted.Append(text[at++]);
        }

        problem = "has a quote that does not end";
        return text.Length;
    }

    /// <returns>How many characters were read.</returns>
    private int Run(ReadOnlySpan<char> text, out string? problem)
    {
        const string Letters = "yYxweEDMdaKhHkmsS";
        const int Longest = 9;

        char letter = text[0];
        int length = text.IndexOfAnyExcept(letter) is > 0 and int end ? end : text.Length;
        bool isLiteral = !char.IsAsciiLetter(letter);
        problem = isLiteral || (Letters.Contains(letter) && length <= Longest) ? null
            : Letters.Contains(letter) ? $"has {letter} more than {Longest} times"
            : $"has {letter}, which is no letter of a date; expected {Expected}, or '{letter}' in quotes";
        _parts.Add(isLiteral ? (Literal, 0, text[..length].ToString()) : (letter, length, ""));
        return length;
    }
}
