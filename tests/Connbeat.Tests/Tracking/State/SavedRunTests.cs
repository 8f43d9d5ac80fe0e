using System.Buffers;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Tracking;
using Connbeat.Tracking.State;

namespace Connbeat.Tests.Tracking.State;

public sealed class SavedRunTests
{
    private static readonly Guid Boot = new("0102a3b4-c5d6-e7f8-91a2-b3c4d5e6f708");
    private static readonly Guid Run = new("f1e2d3c4-b5a6-9788-6955-4a3b2c1d0e0f");

    private static readonly ProcessFacts Process = new()
    {
        Pid = 4_242,
        StartTicks = 0x1234_5678_9abc,
        Name = "café\ttab",
        Start = new DateTimeOffset(2026, 3, 14, 15, 9, 26, 535, TimeSpan.Zero),
        ParentPid = 17,
        Executable = "/usr/bin/café",
        CommandLine = "café --serve 8080",
        Uid = 33,
        User = "www-data",
        Unit = "café.service",
        Container = new ContainerFacts { Id = "38fac3e9", Runtime = "docker", PodUid = "97f1ae73" },
    };

    private static readonly CgroupFacts Web =
        new("docker-web.scope", new ContainerFacts { Id = "web", Runtime = "docker" });

    private static readonly ProcessFacts Bare = new() { Pid = 9, StartTicks = 8, Name = "" };

    [Fact]
    public void A_connection_comes_back_as_it_was()
    {
        Connection connection = Entries.Connection(
            Entries.Socket(0xfedc_ba98_7654_3210, tuple: Entries.Tuple(), inode: 50, uid: 33), firstSeen: 99, life: 3);
        connection.Direction = Direction.Outbound;
        connection.Attribution = Attribution.Fd;
        ArrayBufferWriter<byte> file = File();
        StateRecords.WriteProcess(file, Bare);
        StateRecords.WriteProcess(file, Process);
        StateRecords.WriteOpened(file, connection, sequence: 12, process: 1);

        SavedRun saved = SavedRun.Parse(file.WrittenSpan)!;
        Connection read = Assert.Single(saved.Open);
        Assert.Equal((Boot, Run, 12, false), (saved.Boot, saved.Run, saved.LastSequence, saved.WasClean));
        Assert.Equal(
            (connection.Key, connection.Tuple, connection.Transport, 3u, 99, true, false, 50u, 33u),
            (read.Key, read.Tuple, read.Transport, read.Life, read.FirstSeen, read.StartWasSeen, read.IsListener, read.Inode, read.Uid));
        Assert.Equal(
            (Direction.Outbound, Attribution.Fd, ConnectionPhase.Told, true),
            (read.Direction, read.Attribution, read.Phase, read.IsRestored));
        Assert.Equal(Process, read.Owner);
    }

    [Fact]
    public void Secrets_that_an_earlier_run_left_behind_are_taken_out_and_an_owner_stays_one()
    {
        ArrayBufferWriter<byte> file = File();
        StateRecords.WriteProcess(file, Process);
        StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket(1), firstSeen: 1), sequence: 1, process: 0);
        StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket(2), firstSeen: 2), sequence: 2, process: 0);
        SavedRun saved = SavedRun.Parse(file.WrittenSpan)!;

        saved.Withhold(new SecretRemoval { FromLine = line => line.Replace("8080", "*", StringComparison.Ordinal) });

        Assert.Equal(["café --serve *", "café --serve *"], saved.Open.Select(connection => connection.Owner!.CommandLine));
        Assert.Single(saved.Open.Select(connection => connection.Owner!).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public void A_listener_and_what_is_unknown_come_back_too()
    {
        Connection listener = Entries.Connection(Entries.Listener(7, 22, "2001:db8::17", onlyIPv6: true));
        ArrayBufferWriter<byte> file = File();
        StateRecords.WriteProcess(file, Bare);
        StateRecords.WriteOpened(file, listener, 1, null);
        StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket(8)), 2, 0);

        Connection[] read = [.. SavedRun.Parse(file.WrittenSpan)!.Open];
        Assert.Equal((true, true, listener.Tuple), (read[0].IsListener, read[0].OnlyIPv6, read[0].Tuple));
        Assert.Null(read[0].Owner);
        Assert.Equal(Bare, read[1].Owner);
    }

    [Fact]
    public void What_the_control_group_says_comes_back_too()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, cgroup: 0xfedc_ba98_7654_3210));
        connection.Attribution = Attribution.Cgroup;
        CgroupFacts service = new("ssh.service", null);
        CgroupFacts pod = new(null, new ContainerFacts { PodUid = "97f1ae73" });
        ArrayBufferWriter<byte> file = File();
        foreach ((CgroupFacts facts, int position) in new[] { service, Web, pod }.Select((facts, index) => (facts, index)))
        {
            StateRecords.WriteCgroup(file, facts);
            StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket((ulong)position)), 1, null, position);
        }

        StateRecords.WriteOpened(file, connection, 1, null, 1);
        Connection[] read = [.. SavedRun.Parse(file.WrittenSpan)!.Open];
        Assert.Equal([service, Web, pod, Web], read.Select(one => one.Cgroup));
        Assert.Equal((0xfedc_ba98_7654_3210, Attribution.Cgroup, Web.Container), (read[3].CgroupId, read[3].Attribution, read[3].Container));
    }

    [Fact]
    public void What_ended_is_not_open_and_a_stop_is_clean_as_long_as_nothing_follows()
    {
        ArrayBufferWriter<byte> file = File();
        Open(file, 7, sequence: 1);
        Open(file, 8, sequence: 2);
        StateRecords.WriteEnded(file, new SocketKey(Entries.Namespace, 7), 3);
        StateRecords.WriteStopped(file, 5);

        SavedRun saved = SavedRun.Parse(file.WrittenSpan)!;
        Assert.Equal((5, true, 8ul), (saved.LastSequence, saved.WasClean, Assert.Single(saved.Open).Key.Cookie));
        Open(file, 9, sequence: 6);
        Assert.False(SavedRun.Parse(file.WrittenSpan)!.WasClean);
    }

    [Fact]
    public void Any_prefix_tells_what_was_open_by_then()
    {
        byte[] whole = History(out List<(int Length, ulong[] Open)> truth);
        for (int length = 0; length <= whole.Length; length++)
        {
            SavedRun? saved = SavedRun.Parse(whole.AsSpan(0, length));
            if (truth.FindLast(known => known.Length <= length) is { Open: { } open })
            {
                Assert.Equal(open, saved!.Open.Select(connection => connection.Key.Cookie).Order());
            }
            else
            {
                Assert.Null(saved);
            }
        }
    }

    [Fact]
    public void A_flipped_bit_only_makes_the_history_shorter()
    {
        byte[] whole = History(out List<(int Length, ulong[] Open)> truth);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            SavedRun? saved = SavedRun.Parse(damaged);
            if (truth.FindLast(known => known.Length <= bit / 8) is { Open: { } open })
            {
                Assert.Equal(open, saved!.Open.Select(connection => connection.Key.Cookie).Order());
            }
            else
            {
                Assert.Null(saved);
            }
        }
    }

    /// <summary>A checksum is no proof: what is whole but makes no sense ends the history as damage does.</summary>
    [Fact]
    public void A_record_that_is_whole_but_makes_no_sense_ends_the_history()
    {
        Connection unknown = Entries.Connection(Entries.Socket(8));
        unknown.Direction = (Direction)77;
        foreach (Action<ArrayBufferWriter<byte>> write in new Action<ArrayBufferWriter<byte>>[]
        {
            file => StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket(8)), 2, process: 0),
            file => StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket(8)), 2, process: -2),
            file => StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket(8)), 2, null, cgroup: 0),
            file => StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket(8)), 2, null, cgroup: -2),
            file => StateRecords.WriteOpened(file, unknown, 2, null),
            file => StateRecords.WriteHeader(file, Boot, Run),
        })
        {
            ArrayBufferWriter<byte> file = File();
            Open(file, 7, sequence: 1);
            write(file);
            Open(file, 9, sequence: 3);

            Assert.Equal(7ul, Assert.Single(SavedRun.Parse(file.WrittenSpan)!.Open).Key.Cookie);
        }
    }

    [Fact]
    public void A_process_with_very_long_texts_does_not_cut_off_what_comes_after_it()
    {
        ArrayBufferWriter<byte> file = File();
        string text = new('€', StateFrames.LongestBody);
        ContainerFacts container = new() { Id = text, Runtime = text, PodUid = text };
        StateRecords.WriteProcess(file, Process with { CommandLine = text, Name = text, User = text, Unit = text, Container = container });
        Open(file, 7, sequence: 1, process: 0);

        Connection read = Assert.Single(SavedRun.Parse(file.WrittenSpan)!.Open);
        Assert.Equal(("/usr/bin/café", 4_242), (read.Owner?.Executable, read.Owner?.Pid));
    }

    private static ArrayBufferWriter<byte> File()
    {
        ArrayBufferWriter<byte> file = new();
        StateRecords.WriteHeader(file, Boot, Run);
        return file;
    }

    private static void Open(ArrayBufferWriter<byte> file, ulong cookie, long sequence, int? process = null, int? cgroup = null) =>
        StateRecords.WriteOpened(file, Entries.Connection(Entries.Socket(cookie)), sequence, process, cgroup);

    /// <summary>A file with every kind of record, and what is open after each.</summary>
    private static byte[] History(out List<(int Length, ulong[] Open)> truth)
    {
        ArrayBufferWriter<byte> file = File();
        truth = [(file.WrittenCount, [])];
        StateRecords.WriteProcess(file, Process);
        truth.Add((file.WrittenCount, []));
        Open(file, 7, 1, process: 0);
        truth.Add((file.WrittenCount, [7]));
        StateRecords.WriteCgroup(file, Web);
        truth.Add((file.WrittenCount, [7]));
        Open(file, 8, 2, cgroup: 0);
        truth.Add((file.WrittenCount, [7, 8]));
        StateRecords.WriteEnded(file, new SocketKey(Entries.Namespace, 7), 3);
        truth.Add((file.WrittenCount, [8]));
        StateRecords.WriteStopped(file, 3);
        truth.Add((file.WrittenCount, [8]));
        return file.WrittenSpan.ToArray();
    }
}
