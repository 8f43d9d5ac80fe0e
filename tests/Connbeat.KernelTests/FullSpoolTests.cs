using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.KernelTests.Lab;
using Connbeat.Telemetry;
using Connbeat.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.KernelTests;

/// <summary>The log on a disk that has no room, on a file system of its own.</summary>
public sealed class FullSpoolTests : IDisposable
{
    private readonly SafeFileHandle _disk;
    private readonly string _root;

    public FullSpoolTests()
    {
        Assert.SkipUnless(UnprivilegedThread.IsRoot, "only root can mount a file system");
        _disk = Syscalls.MountMemory("1m");
        _root = $"/proc/self/fd/{_disk.DangerousGetHandle()}";
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _disk?.Dispose();

    [Fact]
    public async Task What_is_on_it_stays_memory_takes_over_and_everything_arrives_in_order()
    {
        SpoolHappenings happened = new(NullLogger<SpoolHappenings>.Instance);
        using DiskLog log = Log(happened);
        ILogCursor cursor = log.Open("http");
        string ballast = $"{_root}/ballast";
        long sequence = 0;
        for (; happened.WritesRefused == 0; sequence++)
        {
            Assert.True(sequence < 5000, "a disk of 1 MiB takes all that it is given");
            log.Append(Event(sequence));
        }

        long onDisk = SpoolInspection.Of(SpoolFolder.LookAt(Folder), readsAll: true).Segments.Sum(segment => segment.Events);
        Assert.InRange(onDisk, 1000, sequence - 1);
        for (int more = 0; more < 500; more++)
        {
            log.Append(Event(sequence++));
        }

        Assert.False(log.Maintain());
        long next = await ReadAsync(cursor, 0, onDisk / 2); // which makes room, by whole files
        log.Maintain();
        Assert.True(log.Maintain());
        await File.WriteAllBytesAsync(ballast, new byte[10_000], Token);
        next = await ReadAsync(cursor, next, sequence);

        Assert.Equal(sequence, next);
        Assert.Equal(
            (sequence, sequence, 0, 0),
            (cursor.Ledger.Appended, cursor.Ledger.Delivered, cursor.Ledger.Waiting, cursor.Ledger.Lost));
    }

    [Fact]
    public async Task A_run_that_starts_on_it_reads_what_is_there()
    {
        SpoolHappenings happened = new(NullLogger<SpoolHappenings>.Instance);
        long sequence = 0;
        using (DiskLog first = Log(happened))
        {
            first.Open("http");
            for (; happened.WritesRefused == 0; sequence++)
            {
                first.Append(Event(sequence));
            }
        }

        using DiskLog second = Log(happened, "http");
        ILogCursor cursor = second.Open("http");
        second.Append(Event(sequence - 1)); // again: the last did not fit
        long next = await ReadAsync(cursor, 0, sequence - 1);

        Assert.Equal(sequence - 1, next);
        second.Maintain(); // which removes what is delivered, and so makes room
        Assert.True(second.Maintain());
        Assert.Equal(sequence, await ReadAsync(cursor, next, sequence));
    }

    private string Folder => $"{_root}/spool";

    private static async Task<long> ReadAsync(ILogCursor cursor, long next, long end)
    {
        while (next < end)
        {
            EventBatch batch = (await cursor.ReadAsync((int)Math.Min(end - next, 100), 1 << 20, TimeSpan.Zero, Token))!;
            foreach (EncodedEvent @event in batch.Events)
            {
                Assert.Equal(next++, @event.Sequence);
            }

            cursor.Acknowledge(batch.Last);
        }

        return next;
    }

    private static EncodedEvent Event(long sequence) =>
        new(sequence, (UInt128)sequence, default, DateTimeOffset.UnixEpoch, new byte[500]);

    private DiskLog Log(SpoolHappenings happened, params string[] outputs) => new(
        SpoolFolder.Hold(Folder), new SpoolLimits(2 << 20, false, new MemoryLogLimits(10_000, 16 << 20)), outputs,
        TimeProvider.System, new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance), happened);
}
