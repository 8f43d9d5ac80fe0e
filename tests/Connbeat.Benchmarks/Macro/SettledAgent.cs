using System.Diagnostics;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// What an agent costs that has run for a while, over whole rounds: from the end of one snapshot to the end of a later one.
/// </summary>
/// <param name="Memory">Its resident memory, in MB.</param>
/// <param name="Cpu">Its share of one core, in percent.</param>
/// <param name="Looking">That of the thread alone that looks for namespaces and sockets, in percent.</param>
/// <param name="Interval">From one snapshot to the next, in seconds.</param>
/// <param name="Duration">How long a snapshot takes, in milliseconds.</param>
internal sealed record SettledAgent(double Memory, double Cpu, double Looking, double Interval, double Duration)
{
    private const string LookingThread = "snapshots";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Lets a new agent run for half of the time, and looks at it for the other half or a little longer.</summary>
    public static SettledAgent Measure(FiguresOptions options)
    {
        using RunningAgent agent = new(options.Agent);
        agent.Watch(options.Settling / 2);
        int first = agent.Log.Snapshots + 1;
        agent.Log.WaitForSnapshots(first, Patience);

        Stopwatch watch = Stopwatch.StartNew();
        TimeSpan cpu = agent.CpuTime, looking = agent.CpuTimeOf(LookingThread);
        Samples memory = WatchMemory(agent, options.Settling / 2);
        int last = agent.Log.Snapshots + 1;
        agent.Log.WaitForSnapshots(last, Patience);
        TimeSpan elapsed = watch.Elapsed;

        Samples durations = agent.Log.DurationsFrom(first);
        SettledAgent settled = new(
            memory.Median,
            100 * (agent.CpuTime - cpu) / elapsed,
            100 * (agent.CpuTimeOf(LookingThread) - looking) / elapsed,
            elapsed.TotalSeconds / (last - first),
            durations.Median);
        Report.Note(
            $"  RSS {memory}, at most {agent.HighestResidentMegabytes:0} MB; {settled.Cpu:0.##} % of one core, " +
            $"{settled.Looking:0.##} % for looking; a snapshot every {settled.Interval:0.#} s takes {durations}");
        return settled;
    }

    /// <summary>Looks at an agent's memory ten times.</summary>
    public static Samples WatchMemory(RunningAgent agent, TimeSpan time)
    {
        Samples megabytes = new("MB");
        for (int look = 0; look < 10; look++)
        {
            agent.Watch(time / 10);
            megabytes.Add(agent.ResidentMegabytes);
        }

        return megabytes;
    }
}
