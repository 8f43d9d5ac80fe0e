using System.Runtime.CompilerServices;
using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery;

public sealed class MemoryLogTests
{
    private readonly ManualTime _time = new();
    private readonly CollectingLogger<DeliveryHappenings> _logged = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_cursor_reads_everything_at_its_own_pace()
    {
        MemoryLog log = Log();
        ILogCursor quick = log.Open("quick");
        ILogCursor slow = log.Open("slow");
        log.Append(1, 5);

        Encoded.Holds(await quick.ReadNowAsync(), 1, 2, 3, 4, 5);
        Encoded.Holds(await slow.ReadNowAsync(maxEvents: 2), 1, 2);
        slow.Acknowledge(1);
        Encoded.Holds(await slow.ReadNowAsync(), 3, 4, 5);
    }

    [Fact]
    public async Task A_new_cursor_starts_at_the_end()
    {
        MemoryLog log = Log();
        log.Open("old");
        log.Append(1, 3);
        ILogCursor late = log.Open("late");
        log.Append(4, 5);

        Encoded.Holds(await late.ReadNowAsync(), 4, 5);
        Assert.Equal(2, late.Ledger.Appended);
    }

    [Fact]
    public void An_output_has_one_cursor_at_a_time()
    {
        MemoryLog log = Log();
        ILogCursor first = log.Open("console");

        Assert.Throws<ArgumentException>(() => log.Open("console"));

        first.Close(LossReason.Shutdown);
        Assert.NotSame(first, log.Open("console"));
    }

    [Fact]
    public async Task A_full_log_costs_only_those_who_had_not_read()
    {
        MemoryLog log = Log(events: 4);
        ILogCursor quick = log.Open("quick");
        ILogCursor slow = log.Open("slow");
        log.Append(1, 4);
        quick.Acknowledge((await quick.ReadNowAsync())!.Last);
        log.Append(5, 6);

        Assert.Equal(0, quick.Ledger.Lost);
        Assert.Equal(2, slow.Ledger.LostTo(LossReason.QueueFull));
        Assert.Equal(
            [new Loss("slow", LossReason.QueueFull, 2, Encoded.Timestamp(1), Encoded.Timestamp(2))], log.TakeLosses());
        Assert.Empty(log.TakeLosses());
        Encoded.Holds(await slow.ReadNowAsync(), 3, 4, 5, 6);
    }

    [Fact]
    public async Task A_full_log_cannot_take_back_a_batch_that_was_read()
    {
        MemoryLog log = Log(events: 2);
        ILogCursor cursor = log.Open("console");
        log.Append(1, 2);
        EventBatch? batch = await cursor.ReadNowAsync();
        log.Append(3, 7);
        cursor.Acknowledge(batch!.Last);

        Assert.Equal((7, 2, 2, 3), cursor.Figures());
        Encoded.Holds(await cursor.ReadNowAsync(), 6, 7);
    }

    [Fact]
    public void Bytes_are_limited_as_events_are_but_the_newest_is_always_kept()
    {
        MemoryLog log = Log(bytes: 100);
        ILogCursor cursor = log.Open("console");
        log.Append(Encoded.Event(1, 60));
        log.Append(Encoded.Event(2, 40));
        Assert.Equal(0, cursor.Ledger.Lost);

        log.Append(Encoded.Event(3, 41));
        Assert.Equal(1, cursor.Ledger.Lost);

        log.Append(Encoded.Event(4, 1000));
        Assert.Equal((4, 0, 1, 3), cursor.Figures());
    }

    [Fact]
    public async Task Losing_and_catching_up_are_logged_once_each()
    {
        MemoryLog log = Log(events: 2);
        ILogCursor cursor = log.Open("console");
        log.Append(1, 9);
        cursor.Acknowledge((await cursor.ReadNowAsync())!.Last);
        log.Append(10, 10);

        Assert.Equal(
            [
                "Error Output console loses its oldest events: the queue is full.",
                "Information Output console has caught up after losing 7 events to a full queue.",
            ],
            _logged.Lines);
    }

    [Fact]
    public async Task Fill_tells_how_much_is_unread()
    {
        MemoryLog log = Log(events: 10, bytes: 200);
        ILogCursor cursor = log.Open("console");
        log.Append(1, 5);
        Assert.Equal(new LogFill(0.5, 0.25), log.Fill);
        Assert.Equal(0.5, log.Fill!.Value.Highest);

        await cursor.ReadNowAsync();
        Assert.Equal(0, log.Fill!.Value.Highest);
    }

    [Fact]
    public async Task The_oldest_event_that_waits_is_unread_or_in_a_batch_that_is_not_settled()
    {
        MemoryLog log = Log();
        ILogCursor cursor = log.Open("console");
        Assert.Null(cursor.OldestWaiting);
        log.Append(Encoded.Event(1) with { Timestamp = DateTimeOffset.UnixEpoch });
        log.Append(Encoded.Event(2) with { Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(1) });
        Assert.Equal(DateTimeOffset.UnixEpoch, cursor.OldestWaiting);
        Assert.Equal(new LogDepth(2, 20), log.Depth);

        await cursor.ReadNowAsync(maxEvents: 1);
        Assert.Equal(DateTimeOffset.UnixEpoch, cursor.OldestWaiting);
        cursor.Acknowledge(0);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), cursor.OldestWaiting);
        cursor.Acknowledge((await cursor.ReadNowAsync())!.Last);
        Assert.Null(cursor.OldestWaiting);
    }

    [Fact]
    public async Task Fill_is_that_of_the_output_that_keeps_up_best()
    {
        MemoryLog log = Log(events: 10);
        log.Open("down");
        ILogCursor cursor = log.Open("console");
        log.Append(1, 8);
        await cursor.ReadNowAsync(maxEvents: 6);

        Assert.Equal(0.2, log.Fill!.Value.Events, 6);
    }

    [Fact]
    public void Without_a_cursor_nothing_is_kept()
    {
        MemoryLog log = Log();
        log.Append(1, 9);

        Assert.Null(log.Fill);
        Assert.Empty(log.TakeLosses());
    }

    [Fact]
    public async Task What_was_delivered_or_dropped_is_let_go_of()
    {
        MemoryLog log = Log(events: 2);
        ILogCursor cursor = log.Open("console");
        WeakReference[] gone = await LeaveNothingAsync(log, cursor);

        GC.Collect();
        Assert.All(gone, reference => Assert.False(reference.IsAlive));
        GC.KeepAlive(log);
    }

    [Fact]
    public async Task Readers_on_other_threads_get_every_event_in_order_or_have_it_counted()
    {
        const int Events = 50_000;
        MemoryLog log = Log(events: 500);
        ILogCursor[] cursors = [log.Open("a"), log.Open("b"), log.Open("c")];
        Task<long>[] readers = [.. cursors.Select(cursor => Task.Run(() => DrainAsync(cursor), Token))];
        log.Append(1, Events);
        log.Complete();
        long[] read = await Task.WhenAll(readers);

        Assert.Equal(
            read.Select(delivered => ((long)Events, delivered, 0L, Events - delivered)),
            cursors.Select(cursor => cursor.Figures()));
    }

    /// <summary>Reads to the end and sees that the order is kept.</summary>
    private static async Task<long> DrainAsync(ILogCursor cursor)
    {
        long count = 0;
        long before = 0;
        while (await cursor.ReadNowAsync(maxEvents: 64) is { } batch)
        {
            foreach (EncodedEvent @event in batch.Events)
            {
                Assert.True(@event.Sequence > before);
                before = @event.Sequence;
                count++;
            }

            cursor.Acknowledge(batch.Last);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> LeaveNothingAsync(MemoryLog log, ILogCursor cursor)
    {
        EncodedEvent[] events = [Encoded.Event(1), Encoded.Event(2), Encoded.Event(3)];
        foreach (EncodedEvent @event in events)
        {
            log.Append(@event);
        }

        cursor.Acknowledge((await cursor.ReadAsync(10, 1000, TimeSpan.Zero, Token))!.Last);
        return [.. events.Select(@event => new WeakReference(@event))];
    }

    private MemoryLog Log(int events = 1000, long bytes = 100_000) =>
        new(new MemoryLogLimits(events, bytes), _time, new DeliveryHappenings(_logged));
}
