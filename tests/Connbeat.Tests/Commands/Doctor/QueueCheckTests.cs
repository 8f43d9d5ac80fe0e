using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Delivery.Spool;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class QueueCheckTests : IDisposable
{
    private const long GiB = 1L << 30;

    private static readonly FileFacts Missing = new()
    {
        Path = "/var/lib/connbeat/spool/connbeat/lock",
        Folder = "/var/lib/connbeat/spool/connbeat",
        ExistingFolder = "/var/lib",
        FreeBytes = 2 * GiB,
        User = "nobody",
    };

    private static readonly FileFacts Present = Missing with { ExistingFolder = Missing.Folder, FileExists = true };

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-queue-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_with_room_is_as_it_should_be() =>
        QueueCheck.Judge(Present, GiB, 0).IsOk("on disk, in /var/lib/connbeat/spool/connbeat, up to 1024 MiB");

    [Fact]
    public void What_waits_already_needs_no_room() =>
        QueueCheck.Judge(Present with { FreeBytes = 1 << 20 }, GiB, GiB).IsOk(
            "on disk, in /var/lib/connbeat/spool/connbeat, up to 1024 MiB");

    [Fact]
    public void A_small_disk_will_be_full_before_the_queue_is() =>
        QueueCheck.Judge(Present with { FreeBytes = GiB / 2 }, GiB, GiB / 4).Is(
            Status.Degraded, "/var/lib/connbeat/spool/connbeat may grow to 1024 MiB, and there is room for 768",
            ["on a full disk events wait in memory, and the oldest of those are lost and counted when that is full"],
            ["make room on the disk of /var/lib/connbeat/spool/connbeat, or set queue.disk.max_size"]);

    [Fact]
    public void A_folder_that_cannot_be_made_keeps_connbeat_from_starting() =>
        QueueCheck.Judge(Missing with { FolderRefusal = "Permission denied" }, GiB, 0).Is(
            Status.Broken, "/var/lib: Permission denied; events are to wait in /var/lib/connbeat/spool/connbeat",
            ["connbeat does not start"], ["sudo install -d -m 700 -o nobody /var/lib/connbeat/spool/connbeat"]);

    [Fact]
    public void One_that_is_in_use_is_the_other_connbeats()
    {
        string path = Path.Combine(_folder, "connbeat");
        using SpoolFolder held = SpoolFolder.Hold(path);
        AgentOptions options = ConfigLoader.Read([], [$"queue.disk.path={_folder}"], _ => null).Options;

        QueueCheck.Judge(new ProcReader(ProcReader.System), options).Is(
            Status.Note, $"{path} is in use by connbeat, process {Environment.ProcessId}",
            ["a second connbeat needs a queue.disk.path of its own"], []);
    }

    [Fact]
    public void In_memory_nothing_can_be_in_the_way() =>
        QueueCheck.Judge(new ProcReader(ProcReader.System), new AgentOptions()).IsOk(
            "in memory, 65536 events of 64 MiB in all");
}
