using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests;

public sealed class LossReportsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly ManualTime _time = new();
    private readonly MemoryLog _log;
    private readonly ILogCursor _cursor;
    private readonly LossReports _reports;
    private long _sequence;

    public LossReportsTests()
    {
        _log = new MemoryLog(
            new MemoryLogLimits(100, 10_000), _time, new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance));
        _cursor = _log.Open("test");
        _reports = new LossReports(OneLog.Of(_log), Tick, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_loss_is_told_once_and_at_once()
    {
        await LoseAsync();
        await LoseAsync();

        Assert.Equal(
            new Loss("test", LossReason.Rejected, 2, Encoded.Timestamp(1), Encoded.Timestamp(2)),
            Assert.Single(_reports.Due(_time.GetTimestamp())));
        _time.Advance(Tick);
        Assert.Empty(_reports.Due(_time.GetTimestamp()));
    }

    /// <summary>As with an output that refuses the gaps too.</summary>
    [Fact]
    public async Task Where_each_report_is_lost_as_well_they_come_once_a_minute_in_the_end_and_nothing_goes_uncounted()
    {
        List<double> toldAt = [];
        long told = 0;
        await LoseAsync();
        for (int tick = 0; tick < 5 * 60 * 5; tick++)
        {
            foreach (Loss loss in _reports.Due(_time.GetTimestamp()))
            {
                toldAt.Add(_time.GetElapsedTime(0).TotalSeconds);
                told += loss.Count;
                await LoseAsync();
            }

            _time.Advance(Tick);
        }

        Assert.Equal(
            [0, 0.2, 0.6, 1.4, 3, 6.2, 12.6, 25.4, 51, 102.2, 162.2, 222.2, 282.2],
            toldAt.Select(at => Math.Round(at, 1)));
        Assert.Equal(_sequence - 1, told);
    }

    [Fact]
    public async Task After_a_quiet_minute_a_loss_is_told_at_once_again()
    {
        for (int report = 0; report < 8; report++)
        {
            await LoseAsync();
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Single(_reports.Due(_time.GetTimestamp()));
        }

        _time.Advance(TimeSpan.FromMinutes(3));
        await LoseAsync();
        Assert.Single(_reports.Due(_time.GetTimestamp()));
        await LoseAsync();
        _time.Advance(Tick);
        Assert.Single(_reports.Due(_time.GetTimestamp()));
    }

    private async Task LoseAsync()
    {
        _log.Append(Encoded.Event(++_sequence));
        EventBatch? batch = await _cursor.ReadNowAsync();
        _cursor.Lose(batch!.Last, LossReason.Rejected);
        _cursor.Acknowledge(batch.Last);
    }
}
