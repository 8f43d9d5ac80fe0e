using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment;

public sealed class ProcessScannerTests : IDisposable
{
    private readonly ProcTree _tree = new();
    private readonly StandingClock _clock = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void The_first_scan_reads_every_process_and_tells_those_with_sockets()
    {
        _tree.Process(766, "sshd", 7620, 7619).Process(1, "init").Process(800, "nginx", 80);

        ProcessScan scan = Scanner().Scan(Some.Nothing);

        Assert.True(scan.Fresh);
        Assert.Equal(3, scan.Scanned);
        Assert.Equal([766, 800], scan.Sightings.Select(sighting => sighting.Facts.Pid).Order());
        Assert.Equal([7619, 7620], Sighting(scan, 766).SocketInodes);
        Assert.Equal("sshd", Sighting(scan, 766).Facts.Name);
    }

    [Fact]
    public void The_name_of_a_user_that_is_learned_later_is_told_then()
    {
        string? name = null;
        UserNames users = new(_clock, _ => name, _ => null);
        _tree.Process(766, "sshd", 7619);
        ProcessScanner scanner = Some.Scanner(_tree.Root, _clock, users: users);
        ProcessFacts before = Sighting(scanner.Scan(Some.Nothing), 766).Facts;
        Assert.Equal((0u, null), (before.Uid, before.User));
        name = "root";
        _clock.Now = TimeSpan.FromMinutes(1).Ticks;
        users.Learn(0);

        ProcessSighting after = Sighting(scanner.Scan(Some.Nothing), 766);
        Assert.Equal(before with { User = "root" }, after.Facts);
        Assert.Equal([7619], after.SocketInodes);
        Assert.Empty(scanner.Scan(Some.Nothing).Sightings);
    }

    [Fact]
    public void An_unchanged_world_is_not_read_again_and_tells_nothing()
    {
        _tree.Process(766, "sshd", 7619).Process(800, "nginx", 80);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);

        ProcessScan scan = scanner.Scan(Some.Nothing);

        Assert.False(scan.Fresh);
        Assert.Equal(0, scan.Scanned);
        Assert.Empty(scan.Sightings);
        Assert.Empty(scan.Gone);
    }

    [Fact]
    public void A_changed_process_is_read_only_when_an_owner_is_wanted()
    {
        _tree.Process(766, "sshd", 7619).Process(800, "nginx", 80);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);
        _tree.Hold(766, 7619, 7621);

        Assert.Equal(0, scanner.Scan(Some.Nothing).Scanned);

        ProcessScan scan = scanner.Scan(Some.Request(++_clock.Now, 7621));
        Assert.Equal(1, scan.Scanned);
        Assert.Equal([7619, 7621], Sighting(scan, 766).SocketInodes);
        Assert.Empty(scan.Nobody);
    }

    [Fact]
    public void An_owner_that_was_told_already_is_not_looked_for()
    {
        _tree.Process(766, "sshd", 7619);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);

        ProcessScan scan = scanner.Scan(Some.Request(++_clock.Now, 7619));

        Assert.Equal(0, scan.Scanned);
        Assert.Empty(scan.Nobody);
    }

    [Fact]
    public void The_likely_process_comes_first_and_when_all_is_found_the_rest_is_left()
    {
        _tree.Process(10, "busy", 1).Process(20, "calm", 2).Process(30, "calm", 3);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);
        _tree.Hold(10, 1, 11);
        scanner.Scan(Some.Request(++_clock.Now, 11));
        _clock.Now++;
        _tree.Hold(10, 1, 11, 12);
        _tree.Hold(20, 2, 22);
        _tree.Hold(30, 3, 33);

        ProcessScan scan = scanner.Scan(Some.Request(_clock.Now, 12));

        Assert.Equal(1, scan.Scanned);
        Assert.Equal([1, 11, 12], Sighting(scan, 10).SocketInodes);
    }

    [Fact]
    public void A_socket_that_took_the_place_of_another_is_found_although_the_marker_stands_still()
    {
        _tree.Process(766, "sshd", 7619).Process(800, "nginx", 80);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);
        _tree.Swap(766, 7777);

        ProcessScan scan = scanner.Scan(Some.Request(++_clock.Now, 7777));

        Assert.Equal([7777], Sighting(scan, 766).SocketInodes);
    }

    [Fact]
    public void A_miss_reads_the_unchanged_bit_by_bit_and_nobody_is_told_after_the_last()
    {
        const int Processes = 20, BudgetForFour = 16;

        foreach (int pid in Enumerable.Range(100, Processes))
        {
            _tree.Process(pid, "worker", (uint)pid, (uint)pid + 1000);
        }

        ProcessScanner scanner = Scanner(BudgetForFour);
        scanner.Scan(Some.Nothing);
        _clock.Now = 50;

        int scanned = 0;
        List<ProcessScan> scans = [];
        do
        {
            scans.Add(scanner.Scan(Some.Request(_clock.Now++, 4242)));
            scanned += scans[^1].Scanned;
            Assert.InRange(scans[^1].Scanned, 1, 4);
        }
        while (scans[^1].Nobody.Count == 0);

        Assert.Equal(Processes, scanned);
        Assert.Equal(5, scans.Count);
        Assert.Equal([4242], scans[^1].Nobody);
    }

    [Fact]
    public void New_misses_in_every_round_do_not_keep_the_first_from_its_answer()
    {
        foreach (int pid in Enumerable.Range(100, 20))
        {
            _tree.Process(pid, "worker", (uint)pid);
        }

        ProcessScanner scanner = Scanner(walkBudget: 12);
        scanner.Scan(Some.Nothing);
        HashSet<uint> wanted = [9000];
        int rounds = 0;
        ProcessScan scan;
        do
        {
            _clock.Now++;
            wanted.Add(9000 + (uint)++rounds);
            scan = scanner.Scan(new ScanRequest(wanted, _clock.Now));
            Assert.InRange(rounds, 1, 20);
        }
        while (!scan.Nobody.Contains(9000u));
    }

    [Fact]
    public void What_is_wanted_no_more_is_not_told()
    {
        _tree.Process(766, "sshd", 7619).Process(767, "sshd", 7620);
        ProcessScanner scanner = Scanner(walkBudget: 1);
        scanner.Scan(Some.Nothing);
        Assert.Equal(1, scanner.Scan(Some.Request(++_clock.Now, 4242)).Scanned);

        ProcessScan scan = scanner.Scan(Some.Request(++_clock.Now));

        Assert.Equal(0, scan.Scanned);
        Assert.Empty(scan.Nobody);
    }

    [Fact]
    public void A_process_that_ended_is_gone()
    {
        _tree.Process(766, "sshd", 7619).Process(767, "idle");
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);
        _tree.End(766);
        _tree.End(767);

        Assert.Equal([new ProcessKey(766, 4711)], scanner.Scan(Some.Nothing).Gone);
    }

    [Fact]
    public void A_process_that_closed_its_last_socket_is_gone_too()
    {
        _tree.Process(766, "sshd", 7619);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);
        _tree.Hold(766);

        Assert.Equal([new ProcessKey(766, 4711)], scanner.Scan(Some.Request(++_clock.Now, 5)).Gone);
    }

    [Fact]
    public void Another_process_with_the_same_pid_is_another_process()
    {
        _tree.Process(766, "sshd", 7619);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);
        _tree.End(766);
        _tree.Process(766, "nginx", 80).Write(766, "stat", ProcTree.StatLine(766, "nginx", startTicks: 9000));

        ProcessScan scan = scanner.Scan(Some.Request(++_clock.Now, 80));

        Assert.Equal([new ProcessKey(766, 4711)], scan.Gone);
        Assert.Equal(9000UL, Sighting(scan, 766).Facts.StartTicks);
    }

    [Theory]
    [InlineData("renamed", 1, 140_728UL, 94_512UL)]
    [InlineData("sshd", 17, 140_728UL, 94_512UL)]
    [InlineData("sshd", 1, 555UL, 94_512UL)]
    [InlineData("sshd", 1, 140_728UL, 555UL)]
    public void A_new_name_parent_or_program_is_told_unasked(string comm, int parent, ulong stack, ulong arguments)
    {
        _tree.Process(766, "sshd", 7619).Process(800, "nginx", 80);
        ProcessScanner scanner = Scanner();
        ProcessScan first = scanner.Scan(Some.Nothing);
        _tree.Write(766, "stat", ProcTree.StatLine(766, comm, parent, 4711, stack, arguments));
        _tree.Write(766, "cmdline", "other\0");

        ProcessScan scan = scanner.Scan(Some.Nothing);

        ProcessSighting sighting = Assert.Single(scan.Sightings);
        Assert.Equal(comm, sighting.Facts.Name);
        Assert.Equal(parent, sighting.Facts.ParentPid);
        Assert.Equal("other", sighting.Facts.CommandLine);
        Assert.Equal([7619], sighting.SocketInodes);
        Assert.Equal("sshd", Sighting(first, 766).Facts.Name);
    }

    [Fact]
    public void A_new_program_has_its_sockets_read_again()
    {
        _tree.Process(766, "sshd", 7619, 7620);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);
        _tree.Write(766, "stat", ProcTree.StatLine(766, "bash", arguments: 1));
        _tree.Hold(766, 7620);

        Assert.Equal([7620], scanner.Scan(Some.Nothing).Sightings[^1].SocketInodes);
    }

    [Fact]
    public void A_damaged_process_does_not_keep_the_others_from_being_read()
    {
        _tree.Process(700, "odd", 70).Process(766, "sshd", 7619);
        _tree.Write(700, "stat", "rubbish");

        ProcessScan scan = Scanner().Scan(Some.Nothing);

        Assert.Equal(766, Assert.Single(scan.Sightings).Facts.Pid);
        Assert.Equal(1, scan.Faulty);
        Assert.Contains("stat", scan.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_failure_the_scanner_begins_anew()
    {
        _tree.Process(766, "sshd", 7619);
        ProcessScanner scanner = Scanner();
        scanner.Scan(Some.Nothing);
        Directory.Move(_tree.Root, _tree.Root + "-away");

        Assert.Throws<KernelException>(() => scanner.Scan(Some.Nothing));

        Directory.Move(_tree.Root + "-away", _tree.Root);
        ProcessScan scan = scanner.Scan(Some.Nothing);
        Assert.True(scan.Fresh);
        Assert.Equal(766, Assert.Single(scan.Sightings).Facts.Pid);
    }

    private ProcessScanner Scanner(int walkBudget = 20_000) => Some.Scanner(_tree.Root, _clock, walkBudget: walkBudget);

    private static ProcessSighting Sighting(ProcessScan scan, int pid) =>
        scan.Sightings.Single(sighting => sighting.Facts.Pid == pid);
}
