using System.Globalization;

namespace Connbeat.Tests;

public sealed class WallClockTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-03-14T12:00:00Z", CultureInfo.InvariantCulture);

    private readonly TwoClocks _clocks = new() { Wall = Noon, Nanoseconds = 5_000_000_000 };

    [Fact]
    public void A_moment_since_boot_is_a_moment_of_the_day()
    {
        WallClock wall = new(_clocks);

        Assert.Equal(Noon, wall.At(5_000_000_000));
        Assert.Equal(Noon.AddSeconds(-2), wall.At(3_000_000_000));
        Assert.Equal(Noon.AddTicks(1), wall.At(5_000_000_199));
    }

    [Fact]
    public void A_clock_that_drifts_moves_no_moment()
    {
        WallClock wall = new(_clocks);
        (_clocks.Wall, _clocks.Nanoseconds) = (Noon.AddSeconds(60).AddMilliseconds(20), 65_000_000_000);
        wall.Adjust();

        Assert.Equal(Noon, wall.At(5_000_000_000));
    }

    [Theory]
    [InlineData(21)]
    [InlineData(-3_600_000)]
    public void A_clock_that_is_set_is_followed(double milliseconds)
    {
        WallClock wall = new(_clocks);
        _clocks.Wall = Noon.AddMilliseconds(milliseconds);
        Assert.Equal(Noon, wall.At(5_000_000_000));
        wall.Adjust();

        Assert.Equal(Noon.AddMilliseconds(milliseconds), wall.At(5_000_000_000));
    }

    /// <summary>A wall clock that can be set, and the nanoseconds since boot.</summary>
    private sealed class TwoClocks : TimeProvider
    {
        public DateTimeOffset Wall { get; set; }

        public long Nanoseconds { get; set; }

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => Nanoseconds;

        public override DateTimeOffset GetUtcNow() => Wall;
    }
}
