using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests.Delivery.Spool;

/// <summary>The contract of a cursor, which the disk changes nothing about.</summary>
public sealed class DiskCursorTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly CrashingFolder _disk = new();
    private readonly DiskLog _log;

    public DiskCursorTests() => _log = new DiskLog(
        _disk, new SpoolLimits(1 << 20, false, new MemoryLogLimits(100, 100_000)), [], _time,
        new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance),
        new SpoolHappenings(NullLogger<SpoolHappenings>.Instance));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _log.Dispose();
        _disk.Dispose();
    }

    [Fact]
    public async Task Events_wait_for_company_as_long_as_they_may()
    {
        ILogCursor cursor = _log.Open("http");
        Task<EventBatch?> read = cursor.ReadAsync(10, 1000, Second, Token).AsTask();
        _log.Append(Encoded.Event(1));
        Assert.Equal(Second, await _time.Armed.ReadAsync(Token));
        _time.Advance(0.6 * Second);
        _log.Append([Encoded.Event(2), Encoded.Event(3)]);
        Assert.False(read.IsCompleted);
        _time.Advance(0.4 * Second);

        Encoded.Holds(await read, 1, 2, 3);
    }

    [Fact]
    public async Task A_full_batch_waits_no_longer()
    {
        ILogCursor cursor = _log.Open("http");
        Task<EventBatch?> read = cursor.ReadAsync(3, 1000, Second, Token).AsTask();
        _log.Append(1, 3);

        Encoded.Holds(await read, 1, 2, 3);
    }

    [Fact]
    public async Task A_reader_that_waits_ends_when_the_log_is_completed_or_closed_or_it_is_cancelled()
    {
        using CancellationTokenSource stop = new();
        ILogCursor closed = _log.Open("closed");
        Task<EventBatch?> untilClosed = closed.ReadAsync(10, 1000, Second, Token).AsTask();
        Task<EventBatch?> untilCompleted = _log.Open("completed").ReadAsync(10, 1000, Second, Token).AsTask();
        Task<EventBatch?> untilCancelled = _log.Open("cancelled").ReadAsync(10, 1000, Second, stop.Token).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => untilCancelled);
        closed.Close(LossReason.Shutdown);
        Assert.Null(await untilClosed);
        _log.Complete();
        Assert.Null(await untilCompleted);
        Assert.Throws<InvalidOperationException>(() => _log.Append(Encoded.Event(3)));
    }

    [Fact]
    public async Task A_batch_is_settled_before_the_next_is_read()
    {
        ILogCursor cursor = _log.Open("http");
        _log.Append(1, 2);
        await cursor.ReadNowAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await cursor.ReadNowAsync());
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.Acknowledge(2));
        cursor.Acknowledge(1);
        Assert.Throws<InvalidOperationException>(() => cursor.Acknowledge(1));
        Assert.Throws<ArgumentException>(() => _log.Open("http"));
    }

    [Fact]
    public async Task An_output_that_is_taken_away_counts_what_waited_read_or_not()
    {
        ILogCursor cursor = _log.Open("http");
        _log.Append(1, 6);
        await cursor.ReadNowAsync(maxEvents: 4);
        cursor.Acknowledge(0);
        cursor.Lose(2, LossReason.Rejected);

        Assert.Equal(4, cursor.Close(LossReason.OutputRemoved));
        Assert.Equal((6, 1, 0, 5), cursor.Figures());
        Assert.Null(_log.Fill);
        Assert.Equal(5, _log.TakeLosses().Sum(loss => loss.Count));
    }

    [Fact]
    public async Task Readers_and_the_writer_work_at_the_same_time()
    {
        const int Events = 50_000;

        string[] outputs = ["a", "b", "c"];
        Task<List<long>>[] readers = [.. outputs.Select(name => ReadAllAsync(_log.Open(name)))];
        Task keeping = Task.Run(
            () =>
            {
                while (!readers.All(reader => reader.IsCompleted))
                {
                    _log.Maintain();
                }
            },
            Token);
        for (int sequence = 1; sequence <= Events; sequence++)
        {
            _log.Append(Encoded.Event(sequence));
        }

        _log.Complete();
        foreach (Task<List<long>> reader in readers)
        {
            List<long> read = await reader.WaitAsync(TimeSpan.FromSeconds(60), Token);
            Assert.Equal(read.Order(), read);
            Assert.Equal(read.Count, read.Distinct().Count());
        }

        await keeping;
        foreach (DiskCursor cursor in outputs.Select(name => (DiskCursor)_log.Open(name)))
        {
            Assert.Equal((Events, 0), (cursor.Ledger.Appended, cursor.Ledger.Waiting));
        }

        static Task<List<long>> ReadAllAsync(ILogCursor cursor) => Task.Run(
            async () =>
            {
                List<long> sequences = [];
                while (await cursor.ReadNowAsync(maxEvents: 17) is { } batch)
                {
                    sequences.AddRange(batch.Events.Sequences());
                    cursor.Acknowledge(batch.Last);
                }

                Assert.Equal(sequences.Count, cursor.Ledger.Delivered);
                cursor.Close(LossReason.Shutdown);
                return sequences;
            },
            Token);
    }
}
