using Connbeat.Benchmarks.Load;

namespace Connbeat.Benchmarks.Macro;

/// <summary>What the built agent costs as it runs by default: its memory, its CPU time, and its start.</summary>
internal static class AgentFigures
{
    private const int Starts = 10;

    /// <summary>Measures on the machine as it is.</summary>
    public static void MeasureIdle(FiguresOptions options, Report report)
    {
        Report.Note("start to first event");
        Samples start = new("ms");
        for (int round = 0; round < Starts; round++)
        {
            start.Add(RunningAgent.TimeToFirstEvent(options.Agent).TotalMilliseconds);
        }

        Report.Note($"  {start}\nidle, for {options.Settling.TotalSeconds} s");
        report.Add("start to first event, ms", start.Median, Target.AtMost(300));
        SettledAgent idle = SettledAgent.Measure(options);
        report.Add("idle: RSS, MB", idle.Memory, Target.AtMost(60));
        report.Add("idle: % of one core", idle.Cpu, Target.AtMost(0.5));
    }

    /// <summary>Measures with 200,000 sockets held.</summary>
    public static void MeasureLoaded(FiguresOptions options, Report report)
    {
        const int Sockets = 200_000;
        Report.Note($"{Sockets:N0} sockets held, for {options.Settling.TotalSeconds} s or more");
        using HeldSockets held = HeldSockets.Open(options.Hold, Sockets);
        SettledAgent settled = SettledAgent.Measure(options);
        report.Add($"{Sockets:N0} sockets: RSS, MB", settled.Memory, Target.AtMost(200));
        report.Add($"{Sockets:N0} sockets: % of one core", settled.Cpu);
        report.Add($"{Sockets:N0} sockets: % of one core for looking", settled.Looking, Target.AtMost(1));
        report.Add($"{Sockets:N0} sockets: from one snapshot to the next, s", settled.Interval);
    }
}
