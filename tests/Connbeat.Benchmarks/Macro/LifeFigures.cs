using System.Diagnostics;
using Connbeat.Benchmarks.Load;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// What is seen of connections that live for moments, what that costs the agent, and what it costs those who make them;
/// beside tcplife of libbpf-tools where that is there.
/// </summary>
internal static class LifeFigures
{
    private const int Connections = 20_000;
    private const int EventsEach = 4; // an opening and an end, of both sides
    private const int Port = 19_000;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly string[] TcpLife = ["/usr/sbin/tcplife", "/usr/sbin/tcplife-bpfcc"];

    /// <summary>Measures at full speed, in turn without anybody, with the agent, and with tcplife.</summary>
    public static void MeasureAtFullSpeed(FiguresOptions options, Report report)
    {
        Report.Note($"{Connections:N0} connections as fast as they come");
        string? tcpLife = TcpLife.FirstOrDefault(File.Exists);
        Samples alone = new("ms"), watched = new("ms"), peers = new("ms"), each = new("µs"), seen = new("%");
        Make(options, new Samples("ms")); // the machine has to get warm too
        for (int round = 0; round < options.Rounds; round++)
        {
            Make(options, alone);
            seen.Add(CountSeen(options));
            using (RunningAgent agent = new(options.Agent))
            {
                agent.Watch(Settling);
                for (int warm = 0; warm < 4; warm++)
                {
                    Make(options, new Samples("ms")); // compiles what is used, twice
                }

                agent.Watch(Settling);
                TimeSpan before = agent.CpuTime;
                Make(options, watched);
                agent.Watch(Settling);
                each.Add((agent.CpuTime - before).TotalMicroseconds / (Connections * EventsEach));
            }

            if (tcpLife is not null)
            {
                using PeerProgram peer = new(tcpLife, Settling);
                Make(options, peers);
            }
        }

        Report.Note($"  alone {alone}\n  with connbeat {watched}\n  agent {each} an event\n  seen {seen}");
        report.Add($"{Connections:N0} short connections: seen from both ends, opened and closed, %", seen.Median, Target.AtLeast(100));
        report.Add("agent, all of it, from the kernel to the written event, µs CPU an event", each.Median, Target.AtMost(3));
        report.Add("who makes them: CPU with connbeat / alone", watched.Median / alone.Median, Target.AtMost(1.12));
        if (tcpLife is not null)
        {
            report.Add("who makes them: CPU with tcplife / alone", peers.Median / alone.Median);
        }
    }

    /// <summary>Measures a storm that lasts.</summary>
    public static void MeasureStorm(FiguresOptions options, Report report)
    {
        const int Rate = 15_000;
        int seconds = options.IsQuick ? 15 : 60;

        Report.Note($"{Rate:N0} connections a second for {seconds} s");
        using RunningAgent agent = new(options.Agent);
        agent.Watch(Settling);
        ShortLives made = ShortLives.Make(options.Lives, Rate * seconds, Rate, Port);
        agent.Watch(Settling);
        report.Add("storm: connections a second", 1000.0 * Rate * seconds / made.Took);
        report.Add("storm: overruns of the ring", agent.Log.Overruns, Target.AtMost(0));
        report.Add("storm: RSS at most, MB", agent.HighestResidentMegabytes, Target.AtMost(200));
    }

    private static void Make(FiguresOptions options, Samples cpu) =>
        cpu.Add(ShortLives.Make(options.Lives, Connections, rate: 0, Port).Cpu);

    /// <returns>How much of what there was to tell was told, in percent; more than 100 where something was told twice.</returns>
    private static double CountSeen(FiguresOptions options)
    {
        string events = Path.Combine("/dev/shm", $"connbeat-benchmark-{Environment.ProcessId}.ndjson");
        try
        {
            using (RunningAgent agent = new(options.Agent, events))
            {
                agent.Watch(Settling);
                ShortLives.Make(options.Lives, Connections, rate: 0, Port);
                agent.Watch(Settling);
            }

            return 100.0 * File.ReadLines(events).Count(IsOfConnection) / (Connections * EventsEach);
        }
        finally
        {
            File.Delete(events);
        }
    }

    private static bool IsOfConnection(string line) =>
        line.Contains("\"action\":\"connection_", StringComparison.Ordinal) &&
        (line.Contains($"\"local_port\":{Port},", StringComparison.Ordinal) || line.Contains($"\"remote_port\":{Port},", StringComparison.Ordinal));

    /// <summary>
    /// Another program that watches, for as long as this lives; its output goes to /dev/null. It may look for tracepoints in
    /// tracefs, which need not be mounted elsewhere for that.
    /// </summary>
    private sealed class PeerProgram : IDisposable
    {
        private readonly Process _process;

        public PeerProgram(string program, TimeSpan settling)
        {
            const string Script = "mount -t tracefs nodev /sys/kernel/tracing && exec setpriv --pdeathsig KILL \"$0\" >/dev/null";

            _process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", Script, program]))!;
            if (_process.WaitForExit(settling))
            {
                throw new InvalidOperationException($"{program} exited with {_process.ExitCode}");
            }
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
