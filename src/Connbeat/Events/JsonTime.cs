namespace Connbeat.Events;

/// <summary>
/// Writes times as <c>2006-01-02T15:04:05.000Z</c>: in UTC, cut to milliseconds, in two thirds of the BCL's time.
/// </summary>
internal static class JsonTime
{
    /// <summary>How many bytes a time takes.</summary>
    public const int Length = 24;

    /// <summary>Writes the <see cref="Length"/> bytes, in ASCII.</summary>
    public static void Format(DateTimeOffset time, Span<byte> destination)
    {
        (DateOnly date, TimeOnly clock) = time.UtcDateTime;
        (int year, int month, int day) = date;
        (int hour, int minute, int second, int millisecond) = clock;

        Span<byte> text = destination[..Length];
        "0000-00-00T00:00:00.000Z"u8.CopyTo(text);
        TwoDigits(text[..2], (uint)year / 100);
        TwoDigits(text[2..4], (uint)year % 100);
        TwoDigits(text[5..7], (uint)month);
        TwoDigits(text[8..10], (uint)day);
        TwoDigits(text[11..13], (uint)hour);
        TwoDigits(text[14..16], (uint)minute);
        TwoDigits(text[17..19], (uint)second);
        TwoDigits(text[20..22], (uint)millisecond / 10);
        text[22] = (byte)('0' + ((uint)millisecond % 10));
    }

    private static void TwoDigits(Span<byte> destination, uint value)
    {
        destination[1] = (byte)('0' + (value % 10));
        destination[0] = (byte)('0' + (value / 10));
    }
}
