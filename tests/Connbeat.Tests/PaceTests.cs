using Connbeat.Delivery;
using Connbeat.Events;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests;

public sealed class PaceTests
{
    private readonly ManualTime _time = new();
    private readonly CollectingLogger<DeliveryHappenings> _logged = new();
    private readonly StatedLog _log = new();
    private readonly Pace _pace;

    public PaceTests() => _pace = new Pace(OneLog.Of(_log), _time, new DeliveryHappenings(_logged));

    [Fact]
    public void What_may_wait_has_little_room()
    {
        Assert.True(_pace.HasRoom()); // nobody reads
        _log.Fill = new LogFill(0.003, 0.001);
        Assert.True(_pace.HasRoom());
        _log.Fill = new LogFill(0.003, 0.004);
        Assert.False(_pace.HasRoom());
    }

    [Fact]
    public void While_a_log_holds_back_there_is_no_room_and_afterwards_a_gap_says_so()
    {
        Assert.Null(_pace.TakeGap());
        DateTimeOffset from = _time.GetUtcNow();
        _log.IsPaused = true;
        Assert.Null(_pace.TakeGap());
        Assert.False(_pace.HasRoom());
        _time.Advance(TimeSpan.FromMinutes(7));
        Assert.Null(_pace.TakeGap());

        _log.IsPaused = false;
        Assert.Equal(new GapFacts("tracking", "paused", null, from, from.AddMinutes(7)), _pace.TakeGap());
        Assert.Null(_pace.TakeGap());
        Assert.Null(_pace.Finish());
        Assert.Equal(
            [
                "Warning The queue on disk is filling up: until outputs have read half of it, openings and closings are " +
                "told, and nothing else.",
                "Information There is room in the queue again: connections that live are reported as before.",
            ],
            _logged.Lines);
    }

    [Fact]
    public void A_log_that_holds_back_to_the_end_is_told_at_the_end()
    {
        DateTimeOffset from = _time.GetUtcNow();
        _log.IsPaused = true;
        _pace.TakeGap();
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(new GapFacts("tracking", "paused", null, from, from.AddSeconds(3)), _pace.Finish());
    }

    private sealed class StatedLog : IEventLog
    {
        public LogFill? Fill { get; set; }

        public bool IsPaused { get; set; }

        public LogDepth Depth => default;

        public void Append(EncodedEvent @event) => throw new NotSupportedException();

        public void Append(ReadOnlySpan<EncodedEvent> events) => throw new NotSupportedException();

        public ILogCursor Open(string output) => throw new NotSupportedException();

        public IReadOnlyList<Loss> TakeLosses() => [];

        public void Complete() => throw new NotSupportedException();
    }
}
