using Connbeat.Benchmarks.Load;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// What the built agent costs where many network namespaces have sockets: alone, and beside a namespace with so many that
/// every look into any of the others walks them too.
/// </summary>
internal static class NamespaceFigures
{
    private const int Namespaces = 100, Connections = 50, Datagrams = 5, Beside = 200_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Measures.</summary>
    public static void Measure(FiguresOptions options, Report report)
    {
        Report.Note($"{Namespaces} namespaces with {Connections} connections each, for {options.Settling.TotalSeconds} s");
        using HeldSockets namespaces =
            HeldSockets.OpenInNamespaces(options.NamespacesScript, options.Hold, Namespaces, Connections, Datagrams);
        MeasureAlone(options, report);

        Report.Note($"beside {Beside:N0} sockets");
        using HeldSockets beside = HeldSockets.Open(options.Hold, Beside);
        MeasureBeside(options, report);
    }

    private static void MeasureAlone(FiguresOptions options, Report report)
    {
        SettledAgent settled = SettledAgent.Measure(options);
        Samples all = new("ms"), ss = new("ms");
        for (int round = 0; round < options.Rounds; round++)
        {
            all.Add(Cpu.OfProgram(options.Agent, "snapshot", "--format", "ndjson"));
            ss.Add(Cpu.OfProgram(
                "bash", "-c", $"for n in {{1..{Namespaces}}}; do ip netns exec connbeat-bench-$n ss -tanp || exit; done"));
        }

        Report.Note($"  connbeat snapshot {all}\n  ss in each namespace {ss}");
        string at = $"{Namespaces} busy namespaces:";
        report.Add($"{at} RSS, MB", settled.Memory);
        report.Add($"{at} % of one core", settled.Cpu);
        report.Add($"{at} % of one core for looking", settled.Looking, Target.AtMost(1));
        report.Add($"{at} a snapshot takes, ms", settled.Duration);
        report.Add($"{at} from one snapshot to the next, s", settled.Interval);
        report.Add($"{at} connbeat snapshot --format ndjson, ms CPU", all.Median);
        report.Add($"{at} ss -tanp in each, ms CPU", ss.Median);
        report.Add($"{at} ss -tanp in each / connbeat snapshot", ss.Median / all.Median);
    }

    /// <summary>
    /// From one snapshot to the next are minutes: the share is what is spent in between, and what a snapshot costs over the
    /// time to the next, as the agent tells it.
    /// </summary>
    private static void MeasureBeside(FiguresOptions options, Report report)
    {
        using RunningAgent agent = new(options.Agent);
        StretchedPace pace = agent.Log.WaitForPace(Patience);
        agent.Watch(options.Settling / 2); // for what it does with its first snapshot
        int snapshots = agent.Log.Snapshots;
        TimeSpan before = agent.CpuTime;
        Samples memory = SettledAgent.WatchMemory(agent, options.Settling / 2);
        double between = 100 * (agent.CpuTime - before) / (options.Settling / 2);
        double looking = pace.Milliseconds / pace.Seconds / 10;
        if (agent.Log.Snapshots != snapshots)
        {
            throw new InvalidOperationException("a snapshot was taken in the time between two");
        }

        Report.Note($"  RSS {memory}; {between:0.##} % of one core between snapshots, {looking:0.##} % for them");
        string at = $"{Namespaces} busy namespaces beside {Beside:N0} sockets:";
        report.Add($"{at} RSS, MB", memory.Median);
        report.Add($"{at} % of one core", between + looking);
        report.Add($"{at} a snapshot takes, ms CPU", pace.Milliseconds);
        report.Add($"{at} from one snapshot to the next, s", pace.Seconds);
    }
}
