using Connbeat.Benchmarks.Load;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// What a snapshot, and a later poll of an unchanged table, cost beside a bare dump and beside ss(8): all in one run, in
/// turn, so that whatever else the machine does meets them alike.
/// </summary>
internal static class CaptureFigures
{
    private const int WarmUpSockets = 10_000;
    private const int WarmUpRounds = 20;

    /// <summary>Compiles and tiers up all code on the way, on a small table.</summary>
    public static void WarmUp(FiguresOptions options)
    {
        using HeldSockets held = HeldSockets.Open(options.Hold, WarmUpSockets);
        for (int round = 0; round < WarmUpRounds; round++)
        {
            using BareDump bare = new();
            using WatchedHost host = new();
            using WatchedPrograms programs = new();
            bare.Take();
            host.Poll();
            host.Poll();
            programs.Iterate();
            programs.Poll();
        }
    }

    /// <summary>Measures with <paramref name="sockets"/> held.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="sockets">How many.</param>
    /// <param name="leastGain">What a first snapshot by netlink is to be cheaper by than ss with its owners.</param>
    /// <param name="leastGainByBpf">What one by eBPF is to be.</param>
    /// <param name="report">Takes the figures.</param>
    public static void Measure(FiguresOptions options, int sockets, double leastGain, double leastGainByBpf, Report report)
    {
        Report.Note($"{sockets:N0} sockets in 200 processes: capture and owners");
        Samples bareDump = new("ms"), first = new("ms"), later = new("ms"), allocated = new("bytes");
        Samples iterator = new("ms"), byBpf = new("ms");
        Samples ssOwners = new("ms"), ssFigures = new("ms"), lines = new("ms"), table = new("ms");
        using (HeldSockets held = HeldSockets.Open(options.Hold, sockets))
        {
            for (int round = 0; round < options.Rounds; round++)
            {
                MeasureInProcess(sockets, bareDump, first, later, allocated);
                MeasurePrograms(sockets, iterator, byBpf);
                ssOwners.Add(Cpu.OfProgram("ss", "-tanp"));
                ssFigures.Add(Cpu.OfProgram("ss", "-tani"));
                lines.Add(Cpu.OfProgram(options.Agent, "snapshot", "--format", "ndjson"));
                table.Add(Cpu.OfProgram(options.Agent, "snapshot", "--format", "table"));
            }
        }

        Report.Note($"  bare dump {bareDump}\n  first snapshot {first}\n  later poll {later}, allocated {allocated}");
        Report.Note($"  iterator {iterator}\n  by eBPF {byBpf}");
        Report.Note($"  ss -tanp {ssOwners}\n  ss -tani {ssFigures}\n  snapshot ndjson {lines}\n  snapshot table {table}");
        string at = $"{sockets:N0} sockets:";
        report.Add($"{at} bare dump with tcp_info, ms CPU", bareDump.Median);
        report.Add($"{at} first snapshot with owners, ms CPU", first.Median);
        report.Add($"{at} later poll, ms CPU", later.Median);
        report.Add($"{at} ss -tani, ms CPU", ssFigures.Median);
        report.Add($"{at} ss -tanp, ms CPU", ssOwners.Median);
        report.Add($"{at} connbeat snapshot --format ndjson, ms CPU", lines.Median);
        report.Add($"{at} connbeat snapshot --format table, ms CPU", table.Median);
        report.Add($"{at} ss -tanp / first snapshot", ssOwners.Median / first.Median, Target.AtLeast(leastGain));
        report.Add($"{at} later poll / bare dump", later.Median / bareDump.Median, Target.AtMost(1.3));
        report.Add($"{at} eBPF iterator, rows thrown away, ms CPU", iterator.Median);
        report.Add($"{at} snapshot with owners by eBPF, ms CPU", byBpf.Median);
        report.Add($"{at} ss -tanp / snapshot by eBPF", ssOwners.Median / byBpf.Median, Target.AtLeast(leastGainByBpf));
        report.Add($"{at} snapshot by eBPF / its iterator", byBpf.Median / iterator.Median, Target.AtMost(1.5));
        report.Add($"{at} ss -tanp / connbeat snapshot --format ndjson", ssOwners.Median / lines.Median);
        report.Add($"{at} bytes allocated by a later poll", allocated.Median, Target.AtMost(1024 * 1024));
    }

    private static void MeasureInProcess(int sockets, Samples bareDump, Samples first, Samples later, Samples allocated)
    {
        const int Polls = 5;

        using BareDump bare = new();
        using WatchedHost host = new();
        GC.Collect();
        first.Add(Cpu.Of(host.Poll));
        if (host.Owned < sockets)
        {
            throw new InvalidOperationException($"of {sockets} held sockets {host.Owned} have an owner");
        }

        for (int poll = 0; poll < Polls; poll++)
        {
            bareDump.Add(Cpu.Of(() => bare.Take()));
            long before = GC.GetTotalAllocatedBytes(precise: true);
            later.Add(Cpu.Of(host.Poll));
            allocated.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
        }
    }

    private static void MeasurePrograms(int sockets, Samples iterator, Samples byBpf)
    {
        const int Polls = 3;

        using WatchedPrograms programs = new();
        for (int poll = 0; poll < Polls; poll++)
        {
            iterator.Add(Cpu.Of(programs.Iterate));
            byBpf.Add(Cpu.Of(programs.Poll));
            if (programs.Owned < sockets)
            {
                throw new InvalidOperationException($"of {sockets} held sockets {programs.Owned} have an owner by eBPF");
            }
        }
    }
}
