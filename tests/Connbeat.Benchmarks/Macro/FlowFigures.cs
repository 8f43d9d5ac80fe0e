using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Connbeat.Benchmarks.Load;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// What flows of UDP cost: those who send datagrams, those who do not and are looked at too, and the agent; beside the
/// kernel's own connection tracking, which counts flows as well. And whether each datagram is told.
/// </summary>
internal static partial class FlowFigures
{
    private const int Peers = 1_000;
    private const int Port = 19_000;
    private const string WithFlows = "connbeat.udp_flows=true";

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly (string Mode, int Packets, int Peers)[] Loads =
        [("ask", 100_000, Peers), ("talk", 100_000, 1), ("stream", 20_000, 1)];

    /// <summary>Measures what it costs those who send, in turn alone, with the agent without flows, with them, and tracked.</summary>
    public static void MeasureTax(FiguresOptions options, Report report)
    {
        Report.Note("packets over loopback as fast as they come");
        LoadTimes alone = new(), without = new(), with = new(), tracked = new();
        Make(options, new LoadTimes()); // the machine has to get warm too
        for (int round = 0; round < (options.IsQuick ? 3 : 7); round++)
        {
            Make(options, alone);
            Watched(options, without);
            Watched(options, with, WithFlows);
            Make(options, tracked, isTracked: true);
        }

        foreach ((string mode, string what, double limit) in new[]
        {
            ("ask", $"a datagram, {Peers:N0} peers that ask one server", 1.25),
            ("talk", "a message of TCP, 100 bytes", 1.1),
            ("stream", "64 KiB in a stream of TCP", 1.05),
        })
        {
            double bare = alone[mode].Median;
            Report.Note($"  {mode}: alone {alone[mode]}\n    connbeat without flows {without[mode]}\n    with {with[mode]}\n    conntrack {tracked[mode]}");
            report.Add($"{what}: alone, µs CPU", bare);
            report.Add($"{what}: connbeat without flows / alone", without[mode].Median / bare);
            report.Add($"{what}: connbeat with flows / alone", with[mode].Median / bare, Target.AtMost(limit));
            report.Add($"{what}: flows add to connbeat without, µs CPU", with[mode].Median - without[mode].Median);
            report.Add($"{what}: counted by conntrack / alone", tracked[mode].Median / bare);
        }
    }

    /// <summary>Measures the agent while flows are alive.</summary>
    public static void MeasureAgent(FiguresOptions options, Report report)
    {
        const int Rate = 5_000;

        foreach (string[] settings in new[] { [], new[] { WithFlows } })
        {
            string what = $"{2 * Peers:N0} flows, {Rate:N0} datagrams a second, flows {(settings is [] ? "off" : "on")}";
            Report.Note(what);
            using RunningAgent agent = new(options.Agent, settings: settings);
            using Process load = Datagrams.Start(options.Datagrams, "ask", int.MaxValue, Peers, Rate, Port);
            agent.Watch(options.Settling / 2);
            (TimeSpan before, long begin) = (agent.CpuTime, Stopwatch.GetTimestamp());
            agent.Watch(options.Settling);
            report.Add($"{what}: agent, % of one core", 100 * (agent.CpuTime - before) / Stopwatch.GetElapsedTime(begin));
            report.Add($"{what}: agent, RSS at most, MB", agent.HighestResidentMegabytes);
            End(load);
        }

        const int Many = 20_000; // with more than three quarters of 65,536, flows make room for others
        Report.Note($"{2 * Many:N0} flows");
        using RunningAgent full = new(options.Agent, settings: WithFlows);
        full.Watch(Settling);
        using Process spread = Datagrams.Start(options.Datagrams, "spread", int.MaxValue, Many, Rate, Port);
        full.Watch(options.Settling / 2);
        (TimeSpan cpu, long start) = (full.CpuTime, Stopwatch.GetTimestamp());
        full.Watch(options.Settling);
        report.Add($"{2 * Many:N0} flows: agent, % of one core", 100 * (full.CpuTime - cpu) / Stopwatch.GetElapsedTime(start));
        report.Add($"{2 * Many:N0} flows: agent, RSS, MB", full.ResidentMegabytes);
        report.Add($"{2 * Many:N0} flows: agent, RSS at most, MB", full.HighestResidentMegabytes, Target.AtMost(300));
        End(spread);
    }

    /// <summary>Measures one look at the kernel's map, and nothing else.</summary>
    public static void MeasurePass(FiguresOptions options, Report report)
    {
        foreach (int flows in new[] { 2 * Peers, 60_000 })
        {
            using WatchedFlows watched = new();
            Datagrams.Make(options.Datagrams, "spread", 2 * flows, flows / 2, Port);
            Samples passes = new("ms");
            for (int pass = 0; pass < 20 * options.Rounds; pass++)
            {
                passes.Add(watched.Look().TotalMilliseconds);
            }

            Report.Note($"  a look at {flows:N0} flows {passes}");
            report.Add($"a look at the kernel's map of {flows:N0} flows, ms CPU", passes.Median, Target.AtMost(flows / 1_000.0));
        }
    }

    /// <summary>Measures how much of what was sent is told, where there is room for it and where there is not.</summary>
    public static void MeasureCompleteness(FiguresOptions options, Report report)
    {
        CountSeen("ask", 1_000_000, Peers);
        CountSeen("spread", 200_000, 50_000);

        void CountSeen(string mode, int packets, int peers)
        {
            string events = Path.Combine("/dev/shm", $"connbeat-benchmark-{Environment.ProcessId}.ndjson");
            try
            {
                Report.Note($"{packets:N0} datagrams in {2 * peers:N0} flows");
                using (RunningAgent agent = new(options.Agent, events, WithFlows))
                {
                    agent.Watch(Settling);
                    Datagrams.Make(options.Datagrams, mode, packets, peers, Port);
                    Await(agent, events, 2L * packets);
                    report.Add($"{2 * peers:N0} flows: overruns of the ring", agent.Log.Overruns);
                }

                (long told, long uncounted) = ToldIn(events);
                Report.Note($"  told in flows {told:N0}, as uncounted {uncounted:N0}");
                report.Add($"{packets:N0} datagrams in {2 * peers:N0} flows: told at both ends, %", 50.0 * told / packets);
                report.Add(
                    $"{packets:N0} datagrams in {2 * peers:N0} flows: told, or told to be uncounted, %",
                    50.0 * (told + uncounted) / packets, Target.AtLeast(100));
            }
            finally
            {
                File.Delete(events);
            }
        }
    }

    /// <summary>Where much was to be looked at, the next look is a minute later: the agent spares the processor.</summary>
    private static void Await(RunningAgent agent, string events, long datagrams)
    {
        for (int wait = 0; wait < 24; wait++)
        {
            agent.Watch(TimeSpan.FromSeconds(5));
            (long told, long uncounted) = ToldIn(events);
            if (told + uncounted >= datagrams)
            {
                return;
            }
        }
    }

    private static (long Told, long Uncounted) ToldIn(string events)
    {
        (long told, long uncounted) = (0, 0);
        using StreamReader lines = new(new FileStream(events, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (lines.ReadLine() is { } line)
        {
            told += IsEndOfFlow(line) ? Sum(Packets().Matches(line)) : 0;
            uncounted += line.Contains("\"flow_table_full\"", StringComparison.Ordinal) ? Sum(Count().Matches(line)) : 0;
        }

        return (told, uncounted);
    }

    private static void Watched(FiguresOptions options, LoadTimes times, params string[] settings)
    {
        using RunningAgent agent = new(options.Agent, settings: settings);
        agent.Watch(Settling);
        Make(options, times);
    }

    private static void Make(FiguresOptions options, LoadTimes times, bool isTracked = false)
    {
        const int Tries = 5; // what disturbs only adds: the least of them is nearest to what it costs

        foreach ((string mode, int packets, int peers) in Loads)
        {
            times[mode].Add(Enumerable.Range(0, Tries)
                .Min(_ => Datagrams.Make(options.Datagrams, mode, packets, peers, Port, isTracked).Each));
        }
    }

    private static void End(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }

    private static bool IsEndOfFlow(string line) =>
        line.Contains("\"action\":\"connection_closed\"", StringComparison.Ordinal) &&
        line.Contains("\"transport\":\"udp\"", StringComparison.Ordinal) &&
        (line.Contains($"\"local_port\":{Port},", StringComparison.Ordinal) || line.Contains($"\"remote_port\":{Port},", StringComparison.Ordinal));

    private static long Sum(MatchCollection numbers) =>
        numbers.Sum(number => long.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"""packets_(?:received|sent)"":(\d+)")]
    private static partial Regex Packets();

    [GeneratedRegex(@"""gap"":\{""count"":(\d+)")]
    private static partial Regex Count();

    /// <summary>What a packet of each load cost, in microseconds of CPU.</summary>
    private sealed class LoadTimes
    {
        private readonly Dictionary<string, Samples> _samples = Loads.ToDictionary(load => load.Mode, _ => new Samples("µs"));

        public Samples this[string mode] => _samples[mode];
    }
}
