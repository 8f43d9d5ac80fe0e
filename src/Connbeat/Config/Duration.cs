using System.Buffers;
using System.Globalization;
using System.Text;

namespace Connbeat.Config;

/// <summary>Durations as connbeat.yml writes them: <c>500ms</c>, <c>1m30s</c>, <c>1.5h</c>, or bare seconds.</summary>
internal static class Duration
{
    private const NumberStyles Fraction = NumberStyles.AllowDecimalPoint;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration of 0 or more. Units: <c>h</c>, <c>m</c>, <c>s</c>, <c>ms</c>, <c>us</c>.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        double ticks = 0;
        ReadOnlySpan<char> rest = text;
        do
        {
            int digits = rest.IndexOfAnyExcept(NumberCharacters);
            ReadOnlySpan<char> number = digits < 0 ? rest : rest[..digits];
            rest = rest[number.Length..];
            int letters = rest.IndexOfAny(NumberCharacters);
            ReadOnlySpan<char> unit = letters < 0 ? rest : rest[..letters];
            rest = rest[unit.Length..];

            // Seconds may go without their unit, but only alone: in 1m30 the 30 could be anything.
            double scale = unit.IsEmpty && number.Length < text.Length ? 0 : TicksOf(unit);
            if (scale == 0 || !double.TryParse(number, Fraction, CultureInfo.InvariantCulture, out double count))
            {
                duration = default;
                return false;
            }

            ticks += count * scale;
        }
        while (!rest.IsEmpty);

        bool fits = ticks < TimeSpan.MaxValue.Ticks;
        duration = fits ? TimeSpan.FromTicks((long)Math.Round(ticks)) : default;
        return fits;
    }

    /// <summary>The shortest way to write a whole number of milliseconds: <c>1m30s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        StringBuilder text = new();
        Append((long)duration.TotalHours, "h");
        Append(duration.Minutes, "m");
        Append(duration.Seconds, "s");
        Append(duration.Milliseconds, "ms");
        return text.ToString();

        void Append(long count, string unit)
        {
            if (count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }
    }

    private static double TicksOf(ReadOnlySpan<char> unit) => unit switch
    {
        "h" => TimeSpan.TicksPerHour,
        "m" => TimeSpan.TicksPerMinute,
        "s" or "" => TimeSpan.TicksPerSecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "us" or "µs" => TimeSpan.TicksPerMicrosecond,
        _ => 0,
    };
}
