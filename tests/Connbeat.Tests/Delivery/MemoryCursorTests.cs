using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests.Delivery;

public sealed class MemoryCursorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_is_limited_by_bytes_but_has_one_event_at_least()
    {
        MemoryLog log = Log();
        ILogCursor cursor = log.Open("console");
        log.Append(Encoded.Event(1, 90));
        log.Append(Encoded.Event(2, 20));
        log.Append(Encoded.Event(3, 30));
        log.Append(Encoded.Event(4, 30));

        Encoded.Holds(await cursor.ReadNowAsync(maxBytes: 50), 1);
        cursor.Acknowledge(0);
        Encoded.Holds(await cursor.ReadNowAsync(maxBytes: 50), 2, 3);
    }

    [Fact]
    public async Task Events_wait_for_company_as_long_as_they_may()
    {
        MemoryLog log = Log();
        ILogCursor cursor = log.Open("console");
        Task<EventBatch?> read = cursor.ReadAsync(10, 1000, Second, Token).AsTask();
        log.Append(Encoded.Event(1));
        Assert.Equal(Second, await _time.Armed.ReadAsync(Token));
        _time.Advance(0.6 * Second);
        log.Append(Encoded.Event(2));
        Assert.False(read.IsCompleted);
        _time.Advance(0.4 * Second);

        Encoded.Holds(await read, 1, 2);
    }

    [Fact]
    public async Task A_full_batch_waits_no_longer()
    {
        MemoryLog log = Log();
        ILogCursor cursor = log.Open("console");
        Task<EventBatch?> byCount = cursor.ReadAsync(3, 1000, Second, Token).AsTask();
        log.Append(1, 3);
        cursor.Acknowledge((await byCount)!.Last);

        Task<EventBatch?> byBytes = cursor.ReadAsync(100, 20, Second, Token).AsTask();
        log.Append(4, 5);
        Encoded.Holds(await byBytes, 4, 5);
    }

    [Fact]
    public async Task A_log_that_is_half_full_is_read_before_the_batch_is_complete()
    {
        MemoryLog log = Log(events: 8);
        ILogCursor cursor = log.Open("console");
        Task<EventBatch?> read = cursor.ReadAsync(1000, 1000, Second, Token).AsTask();
        log.Append(1, 4);

        Assert.Equal(4, (await read)!.Events.Count);
    }

    [Fact]
    public async Task A_completed_log_is_drained_without_lingering_and_then_ends()
    {
        MemoryLog log = Log();
        ILogCursor cursor = log.Open("console");
        log.Append(1, 2);
        Task<EventBatch?> read = cursor.ReadAsync(10, 1000, Second, Token).AsTask();
        log.Complete();

        cursor.Acknowledge((await read)!.Last);
        Assert.Null(await cursor.ReadNowAsync());
        Assert.Throws<InvalidOperationException>(() => log.Append(Encoded.Event(3)));
    }

    [Fact]
    public async Task A_reader_that_waits_on_an_empty_log_ends_when_it_is_completed_or_closed_or_cancelled()
    {
        using CancellationTokenSource stop = new();
        MemoryLog log = Log();
        ILogCursor closed = log.Open("closed");
        Task<EventBatch?> untilClosed = closed.ReadAsync(10, 1000, Second, Token).AsTask();
        Task<EventBatch?> untilCompleted = log.Open("completed").ReadAsync(10, 1000, Second, Token).AsTask();
        Task<EventBatch?> untilCancelled = log.Open("cancelled").ReadAsync(10, 1000, Second, stop.Token).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => untilCancelled);
        closed.Close(LossReason.Shutdown);
        Assert.Null(await untilClosed);
        log.Complete();
        Assert.Null(await untilCompleted);
    }

    [Fact]
    public async Task A_closed_cursor_counts_what_waited_read_or_not_and_frees_the_log()
    {
        MemoryLog log = Log();
        ILogCursor cursor = log.Open("console");
        log.Append(1, 6);
        await cursor.ReadNowAsync(maxEvents: 4);
        cursor.Acknowledge(0);
        cursor.Lose(2, LossReason.Rejected);

        Assert.Equal(4, cursor.Close(LossReason.OutputClosed));
        Assert.Equal((6, 1, 0, 5), cursor.Figures());
        Assert.Null(log.Fill);
        Assert.Equal(
            [
                new Loss("console", LossReason.Rejected, 1, Encoded.Timestamp(3), Encoded.Timestamp(3)),
                new Loss("console", LossReason.OutputClosed, 4, Encoded.Timestamp(2), Encoded.Timestamp(6)),
            ],
            log.TakeLosses());
    }

    [Fact]
    public async Task A_closed_cursor_sees_nothing_more()
    {
        MemoryLog log = Log();
        ILogCursor cursor = log.Open("console");
        cursor.Close(LossReason.Shutdown);
        log.Append(1, 2);

        Assert.Null(await cursor.ReadNowAsync());
        Assert.Equal(0, cursor.Close(LossReason.Shutdown));
        Assert.Equal((0, 0, 0, 0), cursor.Figures());
    }

    [Fact]
    public async Task A_batch_is_settled_before_the_next_is_read()
    {
        MemoryLog log = Log();
        ILogCursor cursor = log.Open("console");
        log.Append(1, 2);
        await cursor.ReadNowAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await cursor.ReadNowAsync());
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.Acknowledge(2));
        cursor.Acknowledge(1);
        Assert.Throws<InvalidOperationException>(() => cursor.Acknowledge(1));
    }

    private MemoryLog Log(int events = 1000, long bytes = 100_000) =>
        new(
            new MemoryLogLimits(events, bytes),
            _time,
            new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance));
}
