using Connbeat.Events;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;
using Connbeat.Tracking;
using Connbeat.Tracking.State;

namespace Connbeat.Tests.Tracking.State;

public sealed class StateFileTests : IDisposable
{
    private static readonly Guid Boot = new("0102a3b4-c5d6-e7f8-91a2-b3c4d5e6f708");
    private static readonly Guid FirstRun = new("f1e2d3c4-b5a6-9788-6955-4a3b2c1d0e0f");
    private static readonly Guid SecondRun = new("a1b2c3d4-b5a6-9788-6955-4a3b2c1d0e0f");

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-state-").FullName;
    private readonly CollectingLogger<TrackingHappenings> _logger = new();
    private readonly TrackingHappenings _happened;

    public StateFileTests() => _happened = new TrackingHappenings(_logger);

    private string FilePath => Path.Combine(_folder, "lib", "state");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_next_run_knows_what_is_open()
    {
        await FirstRunAsync();
        (StateFile? file, SavedRun? saved) = Open(SecondRun);
        await file!.DisposeAsync();

        Assert.Equal((FirstRun, 4, true), (saved!.Run, saved.LastSequence, saved.WasClean));
        Assert.Equal(8ul, Assert.Single(saved.Open).Key.Cookie);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task Under_another_boot_nothing_is_open_any_more()
    {
        await FirstRunAsync();
        (StateFile? file, SavedRun? saved) = StateFile.Open(FilePath, Guid.NewGuid(), SecondRun, _happened);
        await file!.DisposeAsync();

        Assert.Empty(saved!.Open);
        Assert.Equal((FirstRun, 4), (saved.Run, saved.LastSequence));
    }

    [Fact]
    public async Task A_torn_tail_costs_nothing_but_itself()
    {
        await FirstRunAsync();
        using (FileStream bytes = new(FilePath, FileMode.Append))
        {
            bytes.Write([85, 0, 0, 0, 1, 2, 3]);
        }

        (StateFile? file, SavedRun? saved) = Open(SecondRun);
        await file!.DisposeAsync();

        Assert.Single(saved!.Open);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task A_file_of_something_else_is_told_and_begun_anew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        await File.WriteAllTextAsync(FilePath, "# not ours\n", TestContext.Current.CancellationToken);
        (StateFile? file, SavedRun? saved) = Open(FirstRun);
        await file!.DisposeAsync();
        Assert.Null(saved);
        Assert.StartsWith("Warning State file", Assert.Single(_logger.Lines), StringComparison.Ordinal);

        await FirstRunAsync();
        (StateFile? again, SavedRun? whole) = Open(SecondRun);
        await again!.DisposeAsync();
        Assert.Single(whole!.Open);
    }

    [Fact]
    public async Task A_file_of_an_older_version_is_told_and_begun_anew()
    {
        await FirstRunAsync();
        byte[] content = await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken);
        content[StateFrames.Size + 1]--;
        uint checksum = uint.MaxValue;
        foreach (byte value in content.AsSpan(StateFrames.Size, content[0]))
        {
            checksum = System.Numerics.BitOperations.Crc32C(checksum, value);
        }

        BitConverter.TryWriteBytes(content.AsSpan(4), ~checksum);
        await File.WriteAllBytesAsync(FilePath, content, TestContext.Current.CancellationToken);

        (StateFile? file, SavedRun? saved) = Open(SecondRun);
        await file!.DisposeAsync();
        Assert.Null(saved);
        Assert.StartsWith("Warning State file", Assert.Single(_logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_control_groups_say_is_written_once_for_all_that_are_in_them()
    {
        CgroupFacts web = new(null, new ContainerFacts { Id = "web" });
        (StateFile? file, _) = Open(FirstRun);
        file!.Compact([Contained(7, web)], 1);
        file.Opened(Contained(8, web), 2);
        file.Opened(Contained(9, new CgroupFacts(null, new ContainerFacts { Id = "we" + "b" })), 3);
        file.Opened(Contained(10, new CgroupFacts("ssh.service", null)), 4);
        file.Stopped(4);
        await file.DisposeAsync();
        (StateFile? next, SavedRun? saved) = Open(SecondRun);
        await next!.DisposeAsync();

        CgroupFacts[] told = [.. saved!.Open.OrderBy(one => one.Key.Cookie).Select(one => one.Cgroup!)];
        Assert.Equal([web, web, web, new CgroupFacts("ssh.service", null)], told);
        Assert.Same(told[0], told[1]);
        Assert.Same(told[0], told[2]);
    }

    [Fact]
    public async Task Two_agents_cannot_share_a_file()
    {
        (StateFile? first, _) = Open(FirstRun);
        first!.Compact([], 0);
        (StateFile? second, SavedRun? saved) = Open(SecondRun);

        Assert.Null(second);
        Assert.Null(saved);
        Assert.Single(_logger.Lines);
        Assert.Equal(1, _happened.StateFailures);
        await first.DisposeAsync();
        (StateFile? after, _) = Open(SecondRun);
        Assert.NotNull(after);
        await after.DisposeAsync();
    }

    [Fact]
    public void A_path_that_cannot_be_is_told_once()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        (StateFile? state, SavedRun? saved) = StateFile.Open(Path.Combine(file, "state"), Boot, FirstRun, _happened);

        Assert.Null(state);
        Assert.Null(saved);
        Assert.Contains(file, Assert.Single(_logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_may_read_it_before_or_after_it_was_written_anew()
    {
        (StateFile? file, _) = Open(FirstRun);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        file!.Compact([], 0);
        await file.DisposeAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal(["state"], Directory.GetFiles(Path.GetDirectoryName(FilePath)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Written_anew_it_holds_what_is_open_and_nothing_else()
    {
        (StateFile? file, _) = Open(FirstRun);
        file!.Compact([], 0);
        Connection[] connections = [.. Enumerable.Range(1, 400).Select(cookie => Told((ulong)cookie))];
        long sequence = 0;
        while (!file.WantsCompaction)
        {
            foreach (Connection connection in connections)
            {
                file.Opened(connection, ++sequence);
                file.Ended(connection.Key, ++sequence);
            }

            file.Flush();
        }

        connections[1].Phase = ConnectionPhase.Opening;
        file.Compact(connections.Take(3), sequence);
        Assert.False(file.WantsCompaction);
        file.Opened(connections[5], ++sequence);
        file.Flush();
        await file.DisposeAsync();

        Assert.InRange(new FileInfo(FilePath).Length, 1, 1_000);
        (StateFile? next, SavedRun? saved) = Open(SecondRun);
        await next!.DisposeAsync();
        Assert.Equal([1ul, 3, 6], saved!.Open.Select(connection => connection.Key.Cookie).Order().ToArray());
        Assert.Equal((sequence, false, 700), (saved.LastSequence, saved.WasClean, saved.Open.First().Owner?.Pid));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_anew_pairs_nothing_and_is_told_once()
    {
        await FirstRunAsync();
        (StateFile? file, _) = Open(SecondRun);
        Directory.CreateDirectory(FilePath + ".new");
        file!.Compact([Told(9)], 1);
        file.Opened(Told(10), 2);
        file.Flush();
        await file.DisposeAsync();

        Assert.Single(_logger.Lines);
        Assert.Equal(0, new FileInfo(FilePath).Length);
    }

    private static Connection Told(ulong cookie)
    {
        Connection connection = Entries.Connection(Entries.Socket(cookie, inode: 50));
        connection.Phase = ConnectionPhase.Told;
        connection.Owner = Owner;
        connection.Attribution = Attribution.Fd;
        return connection;
    }

    private static Connection Contained(ulong cookie, CgroupFacts cgroup)
    {
        Connection connection = Entries.Connection(Entries.Socket(cookie));
        connection.Phase = ConnectionPhase.Told;
        connection.Cgroup = cgroup;
        connection.Attribution = Attribution.Cgroup;
        return connection;
    }

    private static readonly ProcessFacts Owner = new() { Pid = 700, StartTicks = 1, Name = "holder" };

    private (StateFile? File, SavedRun? Saved) Open(Guid run) => StateFile.Open(FilePath, Boot, run, _happened);

    /// <summary>A run that told two openings, one of which ended, and then stopped as asked.</summary>
    private async Task FirstRunAsync()
    {
        (StateFile? file, _) = Open(FirstRun);
        file!.Compact([], 1);
        file.Opened(Told(7), 2);
        file.Opened(Told(8), 3);
        file.Ended(new SocketKey(Entries.Namespace, 7), 4);
        file.Stopped(4);
        await file.DisposeAsync();
    }
}
