using System.Globalization;
using System.Text;
using Connbeat.Events;

namespace Connbeat.Tests.Events;

public sealed class JsonTimeTests
{
    [Theory]
    [InlineData("2006-01-02T15:04:05.0000000Z", "2006-01-02T15:04:05.000Z")]
    [InlineData("2026-11-21T06:30:59.8419999Z", "2026-11-21T06:30:59.841Z")]
    [InlineData("2026-11-21T00:30:00.0090000+05:30", "2026-11-20T19:00:00.009Z")]
    [InlineData("0001-01-01T00:00:00.0000000Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z")]
    public void Times_are_in_utc_and_cut_to_milliseconds(string time, string expected) =>
        Assert.Equal(expected, Format(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)));

    [Fact]
    public void Any_time_reads_as_the_bcl_writes_it()
    {
        Random random = new(20_26);
        for (int round = 0; round < 10_000; round++)
        {
            DateTimeOffset time = new(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero);

            Assert.Equal(
                time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), Format(time));
        }
    }

    private static string Format(DateTimeOffset time)
    {
        byte[] text = new byte[JsonTime.Length];
        JsonTime.Format(time, text);
        return Encoding.ASCII.GetString(text);
    }
}
