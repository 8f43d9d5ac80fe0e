using System.Globalization;
using Connbeat.Commands.Doctor;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Shared;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class StateCheckTests : IDisposable
{
    private const string OneRun =
        "openings and ends are paired within one run only: after a restart, what is open is told anew";

    private static readonly FileFacts Missing = new()
    {
        Path = "/var/lib/connbeat/state",
        Folder = "/var/lib/connbeat",
        ExistingFolder = "/var/lib",
        FreeBytes = 1L << 30,
        User = "nobody",
    };

    private static readonly FileFacts Present =
        Missing with { ExistingFolder = Missing.Folder, FileExists = true };

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-state-").FullName;

    [Fact]
    public void What_can_be_written_or_made_is_as_it_should_be()
    {
        StateCheck.Judge(Present).IsOk("/var/lib/connbeat/state can be written");
        StateCheck.Judge(Missing).IsOk("/var/lib/connbeat/state can be made");
        StateCheck.Judge(Missing with { FreeBytes = null }).IsOk("/var/lib/connbeat/state can be made");
    }

    [Fact]
    public void None_is_what_was_asked_for() =>
        StateCheck.Judge(new() { Path = "" }).Is(Status.Note, "none, as configured", [OneRun], []);

    [Fact]
    public void A_folder_that_is_not_there_is_made_for_the_user() =>
        StateCheck.Judge(Missing with { FolderRefusal = "Permission denied" }).Is(
            Status.Degraded, "/var/lib/connbeat/state cannot be made: /var/lib: Permission denied",
            [OneRun], ["sudo install -d -m 700 -o nobody /var/lib/connbeat"]);

    [Fact]
    public void A_file_of_somebody_else_is_given_to_the_user() =>
        StateCheck.Judge(Present with { FileRefusal = "Permission denied" }).Is(
            Status.Degraded, "/var/lib/connbeat/state cannot be written: Permission denied",
            [OneRun], ["sudo chown -R nobody /var/lib/connbeat"]);

    [Fact]
    public void A_folder_that_is_others_stays_theirs() =>
        StateCheck.Judge(
            Present with { Path = "/etc/state", Folder = "/etc", ExistingFolder = "/etc", FolderRefusal = "no" }).Is(
            Status.Degraded, "/etc/state cannot be replaced: /etc: no",
            [OneRun], ["set connbeat.state to a path that nobody may write"]);

    [Fact]
    public void What_is_read_only_needs_a_mount() =>
        StateCheck.Judge(Missing with { FolderRefusal = "Read-only file system", IsReadOnly = true }).Is(
            Status.Degraded, "/var/lib/connbeat/state cannot be made: /var/lib: Read-only file system",
            [OneRun],
            ["mount something that can be written at /var/lib/connbeat (Docker: -v connbeat-state:/var/lib/connbeat)"]);

    [Fact]
    public void A_full_disk_keeps_nothing() =>
        StateCheck.Judge(Present with { FreeBytes = 9_999_999 }).Is(
            Status.Degraded, "/var/lib/connbeat/state: only 9765 KiB are free on the disk",
            [OneRun], ["make room on the disk of /var/lib/connbeat"]);

    [Fact]
    public void One_that_is_in_use_is_the_other_connbeats() =>
        StateCheck.Judge(Present with { HolderPid = 4711, FileRefusal = "Permission denied" }).Is(
            Status.Note, "/var/lib/connbeat/state is in use by connbeat, process 4711",
            ["a second connbeat beside it pairs within its own run only"], []);

    [Fact]
    public void A_folder_is_no_file() =>
        StateCheck.Judge(Present with { Path = "/tmp/", IsFolder = true }).Is(
            Status.Degraded, "/tmp/ is a folder", [OneRun], ["set connbeat.state: /tmp/state"]);

    [Fact]
    public void What_is_not_there_is_found_out_without_making_it()
    {
        FileFacts facts = Read($"{_folder}/deep/er/state");

        Assert.Equal(
            ($"{_folder}/deep/er", _folder, false, null, false),
            (facts.Folder, facts.ExistingFolder, facts.FileExists, facts.FolderRefusal, facts.FolderExists));
        Assert.InRange(facts.FreeBytes!.Value, 1, long.MaxValue);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.True(Read(_folder).IsFolder);
    }

    [Fact]
    public void Who_has_it_locked_is_found_without_trying()
    {
        string path = $"{_folder}/state";
        Assert.Null(Read(path).HolderPid);
        using FileStream locked = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.Equal(Environment.ProcessId, Read(path).HolderPid);
        locked.Dispose();
        Assert.Null(Read(path).HolderPid);
    }

    [Fact]
    public void What_is_another_users_cannot_be_written()
    {
        Assert.SkipUnless(UnprivilegedThread.IsRoot, "needs root to be somebody else than the owner");
        File.WriteAllBytes($"{_folder}/state", []);
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);

        FileFacts facts = UnprivilegedThread.Run(() => Read($"{_folder}/state"));

        Assert.Equal(("Permission denied", "Permission denied"), (facts.FileRefusal, facts.FolderRefusal));
        Assert.Contains(facts.User, (string[])["nobody", UnprivilegedThread.Nobody.ToString(CultureInfo.InvariantCulture)]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static FileFacts Read(string path) => FileFacts.Read(new ProcReader("/proc"), path);
}
