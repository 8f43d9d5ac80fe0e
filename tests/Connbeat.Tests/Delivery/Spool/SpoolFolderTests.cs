using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests.Delivery.Spool;

/// <summary>The log on a real disk.</summary>
public sealed class SpoolFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _root = Directory.CreateTempSubdirectory("connbeat-spool-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_root, "deep", "spool");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Files_and_folder_are_for_their_owner_only()
    {
        using DiskLog log = Log();
        log.Open("http");
        log.Append(1, 3);

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Path));
        string[] files = Directory.GetFiles(Path);
        Assert.Equal(
            ["00000000000000000000.events", "cursors", "lock"], files.Select(System.IO.Path.GetFileName).Order());
        Assert.All(files, file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Another_agent_is_told_that_it_is_taken_and_may_look()
    {
        using (DiskLog log = Log())
        {
            log.Open("http");
            log.Append(1, 3);
            ConfigException refused = Assert.Throws<ConfigException>(() => SpoolFolder.Hold(Path));
            Assert.Equal(
                $"queue.disk.path {Path} is in use by another connbeat; give each a folder of its own", refused.Message);

            SpoolInspection seen = SpoolInspection.Of(SpoolFolder.LookAt(Path), readsAll: true);
            Assert.Equal((1, 3, true), (seen.Segments.Count, seen.Segments[0].Events, seen.IsWhole));
        }

        Log().Dispose();
    }

    [Fact]
    public void A_folder_that_can_not_be_used_is_told_with_what_to_do()
    {
        File.WriteAllText(System.IO.Path.Combine(_root, "deep"), "a file");

        string message = Assert.Throws<ConfigException>(() => SpoolFolder.Hold(Path)).Message;
        Assert.StartsWith($"queue.disk.path {Path} cannot be used: ", message, StringComparison.Ordinal);
        Assert.EndsWith(
            "; name a folder that this user may write to, or leave out queue.disk", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_leaves_the_next_one_reads_over_a_torn_end_and_foreign_files()
    {
        using (DiskLog first = Log())
        {
            first.Open("http");
            first.Append(1, 1000);
        }

        await File.WriteAllTextAsync(System.IO.Path.Combine(Path, "notes.txt"), "foreign", Token);
        await File.AppendAllTextAsync(
            System.IO.Path.Combine(Path, "00000000000000000000.events"), "half a record", Token);
        using DiskLog second = Log("http");
        ILogCursor cursor = second.Open("http");
        second.Append(1001, 1001);
        for (long next = 1; next <= 1001;)
        {
            EventBatch batch = (await cursor.ReadNowAsync(maxEvents: 90))!;
            Assert.Equal(next, batch.Events[0].Sequence);
            next += batch.Events.Count;
            cursor.Acknowledge(batch.Last);
        }

        Assert.Equal((1001, 1001, 0, 0), cursor.Figures());
    }

    [Fact]
    public async Task Its_keeper_removes_what_is_delivered_and_saves_how_far_that_is()
    {
        DiskLog log = Log();
        log.StartKeeping(TimeSpan.Zero);
        ILogCursor cursor = log.Open("http");
        string json = new('x', 10_000);
        for (int sequence = 1; sequence <= 1000; sequence++)
        {
            log.Append(Encoded.Event(sequence, json));
            cursor.Acknowledge((await cursor.ReadNowAsync())!.Last);
        }

        log.Dispose();
        Assert.Single(Directory.GetFiles(Path, "*.events"));
        Assert.Equal(
            [new InspectedCursor("http", Position: 1000, Waiting: 0)],
            SpoolInspection.Of(SpoolFolder.LookAt(Path), readsAll: false).Cursors);
    }

    private DiskLog Log(params string[] outputs) => new(
        SpoolFolder.Hold(Path), new SpoolLimits(16 << 20, false, new MemoryLogLimits(100, 1 << 20)), outputs,
        TimeProvider.System, new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance),
        new SpoolHappenings(NullLogger<SpoolHappenings>.Instance));
}
