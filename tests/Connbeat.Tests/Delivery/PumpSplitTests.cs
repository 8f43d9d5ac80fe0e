using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery;

/// <summary>A far end that refuses a batch and does not say which of its events is why.</summary>
public sealed class PumpSplitTests
{
    private static readonly PumpOptions Options = new() { FlushInterval = TimeSpan.Zero };

    private readonly ManualTime _time = new();
    private readonly CollectingLogger<DeliveryHappenings> _logged = new();
    private readonly DeliveryHappenings _happened;
    private readonly MemoryLog _log;
    private readonly ILogCursor _cursor;

    public PumpSplitTests()
    {
        _happened = new DeliveryHappenings(_logged);
        _log = new MemoryLog(new MemoryLogLimits(10_000, 1_000_000), _time, _happened);
        _cursor = _log.Open("picky");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 4)]
    [InlineData(2048, 1)]
    [InlineData(2048, 1234)]
    [InlineData(2048, 2048)]
    public async Task One_bad_event_is_found_alone_and_all_others_arrive_in_order(int events, int bad)
    {
        PickyOutput output = new(batch => batch.Contains(bad));
        await DrainAsync(output, events);

        Assert.Equal(Enumerable.Range(1, events).Where(n => n != bad).Select(n => (long)n), output.Taken);
        Assert.InRange(output.Requests, 1, 1 + (2 * (int)Math.Ceiling(Math.Log2(events))));
        Assert.Equal((events - 1, 1), (_cursor.Ledger.Delivered, _cursor.Ledger.LostTo(LossReason.Rejected)));
        Assert.Equal(
            ["Error Output picky rejects events, 1 to begin with; the first: no such field. They are dropped."],
            _logged.Lines);
    }

    [Fact]
    public async Task A_batch_that_is_too_large_goes_in_halves_and_nothing_is_lost()
    {
        PickyOutput output = new(batch => batch.Length > 300);
        await DrainAsync(output, 2048);

        Assert.Equal(Enumerable.Range(1, 2048).Select(n => (long)n), output.Taken);
        Assert.Equal((2048, 0), (_cursor.Ledger.Delivered, _cursor.Ledger.Lost));
        Assert.Equal(15, output.Requests);
        Assert.Empty(_logged.Lines);
    }

    [Fact]
    public async Task What_is_bad_in_several_places_is_told_once()
    {
        PickyOutput output = new(batch => batch.Any(sequence => sequence % 100 == 0));
        await DrainAsync(output, 1000);

        Assert.Equal(Enumerable.Range(1, 1000).Where(n => n % 100 != 0).Select(n => (long)n), output.Taken);
        Assert.Equal((990, 10), (_cursor.Ledger.Delivered, _cursor.Ledger.Lost));
        Assert.Single(_logged.Lines);
    }

    [Fact]
    public async Task Where_all_is_refused_all_is_rejected_and_nothing_more()
    {
        PickyOutput output = new(_ => true);
        await DrainAsync(output, 64);

        Assert.Empty(output.Taken);
        Assert.Equal((0, 64), (_cursor.Ledger.Delivered, _cursor.Ledger.Lost));
        Assert.Equal(127, output.Requests);
        Assert.Single(_logged.Lines);
    }

    private async Task DrainAsync(PickyOutput output, int events)
    {
        _log.Append(1, events);
        _log.Complete();
        Pump pump = new(output, _cursor, Options, _time, _happened);
        Assert.Equal(PumpEnd.Drained, await pump.RunAsync(TestContext.Current.CancellationToken));
    }

    private sealed class PickyOutput(Predicate<long[]> refuses) : IOutput
    {
        public string Name => "picky";

        public List<long> Taken { get; } = [];

        public int Requests { get; private set; }

        public ValueTask<DeliveryResult> SendAsync(
            IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
        {
            Requests++;
            long[] sequences = batch.Sequences();
            bool isRefused = refuses(sequences);
            Taken.AddRange(isRefused ? [] : sequences);
            return ValueTask.FromResult<DeliveryResult>(
                isRefused ? new DeliveryResult.Refused("no such field") : DeliveryResult.Delivered.All);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
