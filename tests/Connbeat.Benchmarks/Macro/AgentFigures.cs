using System.Diagnostics;
using Connbeat.Benchmarks.Load;

namespace Connbeat.Benchmarks.Macro;

/// <summary>What the built agent costs as it runs by default: its memory, its CPU time, and its start.</summary>
internal static class AgentFigures
{
    private const int Starts = 10;

    /// <summary>Measures on the machine as it is, then with 200,000 sockets held.</summary>
    public static void Measure(FiguresOptions options, Report report)
    {
        Report.Note("start to first event");
        Samples start = new("ms");
        for (int round = 0; round < Starts; round++)
        {
            start.Add(RunningAgent.TimeToFirstEvent(options.Agent).TotalMilliseconds);
        }

        Report.Note($"  {start}\nidle, for {options.Settling.TotalSeconds} s");
        report.Add("start to first event, ms", start.Median, Target.AtMost(300));
        Settle(options, out double idleMemory, out double idleCpu);
        report.Add("idle: RSS, MB", idleMemory, Target.AtMost(60));
        report.Add("idle: % of one core", idleCpu, Target.AtMost(0.5));

        const int Sockets = 200_000;
        Report.Note($"{Sockets:N0} sockets held, for {options.Settling.TotalSeconds} s");
        using HeldSockets held = HeldSockets.Open(options.Hold, Sockets);
        Settle(options, out double memory, out double cpu);
        report.Add($"{Sockets:N0} sockets: RSS, MB", memory, Target.AtMost(200));
        report.Add($"{Sockets:N0} sockets: % of one core", cpu);
    }

    /// <summary>Lets a new agent run, and looks at it in the second half of the time.</summary>
    private static void Settle(FiguresOptions options, out double memory, out double cpu)
    {
        using RunningAgent agent = new(options.Agent);
        agent.Watch(options.Settling / 2);
        Stopwatch watch = Stopwatch.StartNew();
        TimeSpan before = agent.CpuTime;
        Samples megabytes = new("MB");
        for (int look = 0; look < 10; look++)
        {
            agent.Watch(options.Settling / 20);
            megabytes.Add(agent.ResidentMegabytes);
        }

        memory = megabytes.Median;
        cpu = 100 * (agent.CpuTime - before) / watch.Elapsed;
        Report.Note($"  RSS {megabytes}, at most {agent.HighestResidentMegabytes:0} MB; {cpu:0.##} % of one core");
    }
}
