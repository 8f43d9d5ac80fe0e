using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery.Spool;

public sealed class DiskLogTests : IDisposable
{
    private readonly CrashingFolder _disk = new();
    private readonly ManualTime _time = new();
    private readonly CollectingLogger<DeliveryHappenings> _deliveryLog = new();
    private readonly CollectingLogger<SpoolHappenings> _spoolLog = new();
    private readonly List<DiskLog> _logs = [];

    public void Dispose() => _logs.ForEach(log => log.Dispose());

    [Fact]
    public async Task An_output_that_keeps_up_costs_the_disk_no_reads()
    {
        DiskLog log = Log();
        ILogCursor cursor = log.Open("http");
        int reads = _disk.Reads;
        for (int sequence = 1; sequence <= 100; sequence++)
        {
            log.Append(Encoded.Event(sequence));
            cursor.Acknowledge((await cursor.ReadNowAsync())!.Last);
        }

        Assert.Equal(reads, _disk.Reads);
        Assert.Equal((100, 100, 0, 0), cursor.Figures());
    }

    [Fact]
    public async Task One_that_lags_behind_memory_reads_the_disk_and_delays_nobody()
    {
        DiskLog log = Log(memory: 10);
        ILogCursor quick = log.Open("file");
        ILogCursor slow = log.Open("http");
        for (int sequence = 1; sequence <= 200; sequence++)
        {
            log.Append(Encoded.Event(sequence));
            quick.Acknowledge((await quick.ReadNowAsync())!.Last);
        }

        Encoded.Holds(await slow.ReadNowAsync(maxEvents: 3), 1, 2, 3);
        slow.Acknowledge(2);
        Encoded.Holds(await slow.ReadNowAsync(maxBytes: 25), 4, 5);
        slow.Acknowledge(4);
        long next = 6;
        while (next <= 200)
        {
            EventBatch batch = (await slow.ReadNowAsync(maxEvents: 7))!;
            Assert.Equal(next, batch.Events[0].Sequence);
            next += batch.Events.Count;
            slow.Acknowledge(batch.Last);
        }

        Assert.Equal((200, 200, 0, 0), slow.Figures());
        Assert.Empty(_deliveryLog.Lines);
    }

    [Fact]
    public async Task It_tells_how_much_it_holds_and_how_old_the_oldest_is()
    {
        DiskLog log = Log(memory: 1);
        ILogCursor cursor = log.Open("http");
        for (int sequence = 1; sequence <= 4; sequence++)
        {
            log.Append(Encoded.Event(sequence) with { Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(sequence) });
        }

        Assert.Equal(4, log.Depth.Events);
        Assert.True(log.Depth.Bytes > 4);
        EventBatch batch = (await cursor.ReadNowAsync(maxEvents: 2))!;
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), cursor.OldestWaiting);
        cursor.Acknowledge(batch.Last);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(2), cursor.OldestWaiting); // what is on the disk is not younger
        Assert.Equal(2, log.Depth.Events);
        cursor.Acknowledge((await cursor.ReadNowAsync())!.Last);
        Assert.Null(cursor.OldestWaiting);
        Assert.Equal(0, log.Depth.Events);
    }

    [Fact]
    public async Task A_kill_costs_nothing_that_was_appended_and_what_was_not_saved_comes_again()
    {
        DiskLog killed = Log();
        ILogCursor before = killed.Open("http");
        killed.Append(1, 9);
        await before.ReadNowAsync(maxEvents: 4);
        before.Acknowledge(1);
        killed.Maintain();
        before.Acknowledge(3);

        ILogCursor after = Log("http").Open("http");
        Encoded.Holds(await after.ReadNowAsync(), 3, 4, 5, 6, 7, 8, 9);
        Assert.Equal((7, 0, 7, 0), after.Figures());
    }

    [Fact]
    public async Task An_output_that_is_closed_for_a_restart_keeps_what_waits()
    {
        DiskLog first = Log();
        ILogCursor before = first.Open("http");
        first.Append(1, 5);
        await before.ReadNowAsync(maxEvents: 3);
        before.Acknowledge(0);
        Assert.Equal(0, before.Close(LossReason.Shutdown));
        Assert.Equal((5, 1, 4, 0), before.Figures());
        first.Dispose();

        DiskLog second = Log("http");
        ILogCursor after = second.Open("http");
        second.Append(6, 6);
        Encoded.Holds(await after.ReadNowAsync(), 2, 3, 4, 5, 6);
    }

    [Fact]
    public void An_output_that_is_not_configured_any_more_is_discarded_at_start_and_a_new_one_starts_at_the_end()
    {
        DiskLog first = Log();
        first.Open("http");
        first.Append(1, 5);

        DiskLog second = Log("file");
        ILogCursor file = second.Open("file");
        Assert.Equal((0, 0, 0, 0), file.Figures());
        Assert.Equal(
            [new Loss("http", LossReason.OutputRemoved, 5, Encoded.Timestamp(1), Encoded.Timestamp(5))],
            second.TakeLosses());
        Assert.Contains(
            "Warning Output http is not configured any more: 5 events that waited for it on disk are discarded.",
            _spoolLog.Lines);
        second.Maintain();
        Assert.Equal((0, 0, 0, 0), Log("file").Open("file").Figures());
    }

    [Fact]
    public async Task A_full_log_drops_the_oldest_segment_and_only_the_laggard_counts_it()
    {
        DiskLog log = Log(maxSize: 16_000); // 1000 bytes each segment, 13 events of 74
        ILogCursor quick = log.Open("file");
        ILogCursor slow = log.Open("http");
        for (int sequence = 1; sequence <= 300; sequence++)
        {
            log.Append(Encoded.Event(sequence));
            quick.Acknowledge((await quick.ReadNowAsync())!.Last);
            log.Maintain();
        }

        (long appended, long delivered, long waiting, long lost) = slow.Figures();
        Assert.Equal((300, 0, 300), (appended, delivered, waiting + lost));
        Assert.Equal(0, lost % 13);
        Assert.InRange(_disk["cursors"].Length + (waiting * 74), 0, _disk.Size);
        Assert.InRange(waiting * 74, 14_000, 16_000);
        Assert.Equal((300, 300, 0, 0), quick.Figures());
        Encoded.Holds(await slow.ReadNowAsync(maxEvents: 1), lost + 1);
        Assert.Equal(["Error Output http loses its oldest events: the queue is full."], _deliveryLog.Lines);
        Assert.Equal(
            [new Loss("http", LossReason.QueueFull, lost, Encoded.Timestamp(1), Encoded.Timestamp(lost))],
            log.TakeLosses());
    }

    [Fact]
    public async Task A_log_that_pauses_says_so_in_time_and_keeps_what_it_has()
    {
        DiskLog log = Log(maxSize: 16_000, pauses: true, memory: 20);
        ILogCursor cursor = log.Open("http");
        List<long> paused = [];
        for (int sequence = 1; sequence <= 300; sequence++)
        {
            log.Append(Encoded.Event(sequence));
            if (log.IsPaused)
            {
                paused.Add(sequence);
            }
        }

        Assert.Equal(Enumerable.Range(163, 138).Select(sequence => (long)sequence), paused); // from three quarters on
        long lost = cursor.Ledger.Lost;
        Assert.InRange(lost, 60, 70);
        long next = 1;
        while (cursor.Ledger.Waiting > 0)
        {
            EventBatch batch = (await cursor.ReadNowAsync(maxEvents: 10))!;
            Assert.Equal(next, batch.Events[0].Sequence);
            next += batch.Events.Count;
            next += next == 217 ? lost : 0; // the oldest of those in memory went, none from the disk
            cursor.Acknowledge(batch.Last);
            log.Maintain();
        }

        Assert.Equal(301, next);
        Assert.False(log.IsPaused);
        Assert.Equal(
            "Error Disk log /spool takes no events: it is full, with 16000 bytes. New ones wait in memory, up to " +
            "queue.memory; the disk is tried again.",
            Assert.Single(_spoolLog.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task While_the_disk_is_full_memory_takes_over_and_order_is_kept()
    {
        DiskLog log = Log();
        ILogCursor cursor = log.Open("http");
        log.Append(1, 10);
        _disk.Capacity = _disk.Size + 30;
        log.Append(11, 20);
        Assert.False(log.Maintain());
        Encoded.Holds(await cursor.ReadNowAsync(maxEvents: 15), [.. Enumerable.Range(1, 15).Select(n => (long)n)]);
        _disk.Capacity = long.MaxValue;
        Assert.True(log.Maintain());
        log.Append(21, 22);

        ILogCursor after = Log("http").Open("http"); // killed: all of it is on the disk
        Encoded.Holds(await after.ReadNowAsync(), [.. Enumerable.Range(1, 10).Select(n => (long)n)]);
        after.Acknowledge(9);
        Encoded.Holds(await after.ReadNowAsync(), [.. Enumerable.Range(11, 12).Select(n => (long)n)]);
        Assert.Equal(
            [
                "Error Disk log /spool takes no events: No space left on device. New ones wait in memory, up to " +
                "queue.memory; the disk is tried again.",
                "Information Disk log /spool takes events again.",
            ],
            _spoolLog.Lines.Where(line => line.Contains("takes", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_disk_that_can_not_make_safe_is_told_once_and_goes_on_in_a_new_file()
    {
        DiskLog log = Log();
        ILogCursor cursor = log.Open("http");
        log.Append(1, 3);
        _disk.SyncFaults = 1;
        Assert.False(log.Maintain());
        log.Append(4, 5);
        Assert.False(log.Maintain());
        _disk.SyncFaults = 0;
        log.Append(6, 6);
        Assert.True(log.Maintain());

        Assert.Equal(3, _disk.List().Count(name => Segment.FirstOf(name) is not null));
        Encoded.Holds(await cursor.ReadNowAsync(), 1, 2, 3, 4, 5, 6);
        Assert.Equal(
            [
                "Error Disk log /spool is not safe against a power cut: Input/output error. It is still read and written. " +
                "Look at the disk.",
                "Information Disk log /spool is safe again.",
            ],
            _spoolLog.Lines.Where(line => line.Contains("safe", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_damaged_record_is_counted_and_passed_over()
    {
        DiskLog first = Log();
        first.Open("http");
        first.Append(1, 5);
        first.Maintain();
        _disk["00000000000000000000.events"][(74 * 2) + 70] ^= 1;

        DiskLog second = Log("http");
        ILogCursor cursor = second.Open("http");
        Assert.Equal((5, 0, 4, 1), cursor.Figures());
        Encoded.Holds(await cursor.ReadNowAsync(), 1, 2);
        cursor.Acknowledge(1);
        Encoded.Holds(await cursor.ReadNowAsync(), 4, 5);
        Assert.Equal(LossReason.SpoolDamaged, Assert.Single(second.TakeLosses()).Reason);
        Assert.Contains(
            "Error Disk log /spool is damaged: 74 bytes belong to no whole event, 0 files cannot be read. The rest is " +
            "kept. Look at the disk; connbeat spool verify tells which files.",
            _spoolLog.Lines);
    }

    [Fact]
    public async Task Without_cursors_every_output_begins_with_the_oldest_event()
    {
        DiskLog first = Log();
        ILogCursor before = first.Open("http");
        first.Append(1, 5);
        await before.ReadNowAsync();
        before.Acknowledge(4);
        first.Maintain();
        _disk[CursorFile.Name] = new byte[70_000];

        Encoded.Holds(await Log("http").Open("http").ReadNowAsync(), 1, 2, 3, 4, 5);
        Assert.Contains(_spoolLog.Lines, line => line.StartsWith("Warning Disk log /spool does not tell", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Positions_go_on_over_restarts_and_what_is_settled_is_removed()
    {
        for (int run = 0; run < 20; run++)
        {
            DiskLog log = Log("http");
            ILogCursor cursor = log.Open("http");
            log.Append((run * 50) + 1, (run + 1) * 50);
            EventBatch batch = (await cursor.ReadNowAsync(maxEvents: 50))!;
            Assert.Equal((run * 50, 50), (batch.First, batch.Events.Count));
            cursor.Acknowledge(batch.Last);
            cursor.Close(LossReason.Shutdown);
            log.Dispose();
        }

        Assert.InRange(_disk.List().Count, 1, 3);
    }

    [Fact]
    public void What_never_came_to_the_disk_is_counted_when_the_run_ends()
    {
        DiskLog log = Log();
        ILogCursor cursor = log.Open("http");
        log.Append(1, 3);
        _disk.Capacity = 0;
        log.Append(4, 5);
        cursor.Close(LossReason.Shutdown);
        log.Dispose();

        Assert.Equal((5, 0, 3, 2), cursor.Figures());
        Assert.Equal(
            ["Error Output http lost 2 events that were not yet delivered: shutdown."], _deliveryLog.Lines);
    }

    private DiskLog Log(params string[] outputs) => Log(1 << 20, outputs: outputs);

    private DiskLog Log(long maxSize = 1 << 20, bool pauses = false, int memory = 1000, params string[] outputs)
    {
        DiskLog log = new(
            _disk, new SpoolLimits(maxSize, pauses, new MemoryLogLimits(memory, 1 << 20)), outputs, _time,
            new DeliveryHappenings(_deliveryLog), new SpoolHappenings(_spoolLog));
        _logs.Add(log);
        return log;
    }
}
