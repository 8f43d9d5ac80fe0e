using System.Buffers;
using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class DatePatternTests
{
    /// <summary>A Friday, in the first ISO week of the next year's count where a date of the turn is asked for.</summary>
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 3, 6, 0, 7, 9, 41, TimeSpan.FromHours(2)).AddTicks(1234);

    [Theory]
    [InlineData("yyyy.MM.dd", "2026.03.05")]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss.SSS", "2026-03-05T22:07:09.041")]
    [InlineData("SSSSSSS", "0411234")]
    [InlineData("yy M d D", "26 3 5 64")]
    [InlineData("DDD", "064")]
    [InlineData("yyyyy", "02026")]
    [InlineData("xxxx.ww e", "2026.10 4")]
    [InlineData("EEE EEEE MMM MMMM", "Thu Thursday Mar March")]
    [InlineData("hh KK kk a", "10 10 22 PM")]
    [InlineData("''yy'o''clock'", "'26o'clock")]
    [InlineData("yy''''MM", "26''03")]
    [InlineData("'a''''b'", "a''b")]
    [InlineData("__", "__")]
    public void A_time_is_written_in_utc(string pattern, string expected) => Assert.Equal(expected, Written(pattern, Time));

    [Theory]
    [InlineData("2024-12-30", "xxxx-ww-e YYYY", "2025-01-1 2024")]
    [InlineData("2021-01-03", "xxxx-ww-e yyyy", "2020-53-7 2021")]
    public void A_week_belongs_to_one_year(string date, string pattern, string expected) => Assert.Equal(
        expected, Written(pattern, DateTimeOffset.Parse(date + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(0, "12 0 24 AM")]
    [InlineData(11, "11 11 11 AM")]
    [InlineData(12, "12 0 12 PM")]
    [InlineData(23, "11 11 23 PM")]
    public void An_hour_has_four_names(int hour, string expected) =>
        Assert.Equal(expected, Written("h K k a", new DateTimeOffset(2026, 1, 1, hour, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("yyyy.QQ", "has Q, which is no letter of a date; expected y, Y, x, w, e, E, D, M, d, a, K, h, H, k, m, s or S, or 'Q' in quotes")]
    [InlineData("Z", "has Z, which is no letter of a date; expected y, Y, x, w, e, E, D, M, d, a, K, h, H, k, m, s or S, or 'Z' in quotes")]
    [InlineData("yyyy'", "has a quote that does not end")]
    [InlineData("yyyyyyyyyy", "has y more than 9 times")]
    public void What_is_no_pattern_is_told(string pattern, string problem)
    {
        Assert.False(DatePattern.TryParse(pattern, out _, out string? told));
        Assert.Equal(problem, told);
    }

    private static string Written(string pattern, DateTimeOffset time)
    {
        Assert.True(DatePattern.TryParse(pattern, out DatePattern? parsed, out _));
        ArrayBufferWriter<char> text = new();
        parsed.Append(time, text);
        return text.WrittenSpan.ToString();
    }
}
