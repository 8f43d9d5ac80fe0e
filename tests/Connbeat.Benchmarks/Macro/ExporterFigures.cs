using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Connbeat.Benchmarks.Load;
using Connbeat.Config;
using Connbeat.Exporters.Conntrack;
using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.SocketWatch;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Benchmarks.Macro;

/// <summary>What scrapes cost beside netstat(8), and what following conntrack costs beside conntrack(8) on the same load.</summary>
internal static class ExporterFigures
{
    private const int Sockets = 100_000, Watched = 100, Flows = 100_000, Rate = 15_000;
    private const string Namespace = "connbeat-bench-conntrack";

    /// <summary>Measures.</summary>
    public static void Measure(FiguresOptions options, Report report)
    {
        MeasureWatch(options, report);
        MeasureTable(report);
        MeasureFeed(options, report);
    }

    private static void MeasureWatch(FiguresOptions options, Report report)
    {
        Report.Note($"{Sockets:N0} sockets in 200 processes: a scrape of {Watched} watched sockets");
        Samples scrape = new("ms"), netstat = new("ms"), allocated = new("bytes");
        using (HeldSockets held = HeldSockets.Open(options.Hold, Sockets))
        {
            using SocketWatch watch = new(
                [.. Enumerable.Range(1, Watched).Select(i => new WatchedSocket
                {
                    Name = $"watched-{i}",
                    Listens = i % 2 == 0,
                    SourceHost = "*",
                    SourcePort = new PortRange((ushort)(10_000 + i), (ushort)(10_000 + i)),
                })],
                new ProcReader(ProcReader.System), new LaterEachTime(), TimeSpan.FromDays(1),
                new ExporterHappenings(NullLogger.Instance));
            for (int round = 0; round < 10 + options.Rounds; round++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                double cpu = Cpu.Of(() => watch.Write(new MetricsPage(new ArrayBufferWriter<byte>(4096), ExpositionFormat.Prometheus)));
                if (round >= 10) // the code is compiled by then
                {
                    scrape.Add(cpu);
                    allocated.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
                }
            }

            netstat.Add(Cpu.OfProgram("netstat", "-nap"));
        }

        Report.Note($"  scrape {scrape}, allocated {allocated}\n  netstat -nap {netstat}");
        string at = $"{Sockets:N0} sockets, {Watched} watched:";
        report.Add($"{at} a scrape, ms CPU", scrape.Median);
        report.Add($"{at} netstat -nap, ms CPU", netstat.Median);
        report.Add($"{at} netstat -nap / a scrape", netstat.Median / scrape.Median, Target.AtLeast(20));
        report.Add($"{at} bytes allocated by a scrape", allocated.Median, Target.AtMost(1024 * 1024));
    }

    private static void MeasureTable(Report report)
    {
        Report.Note($"{Flows:N0} flows in the table, each to another host");
        long before = GC.GetTotalMemory(forceFullCollection: true);
        ConntrackTable table = new(new ConntrackOptions { MaxSeries = null }, BootTime.Clock);
        for (int i = 0; i < Flows; i++)
        {
            InetAddress here = InetAddress.FromIPv4([10, 0, 0, 1]);
            InetAddress there = InetAddress.FromIPv4([192, (byte)(i >> 16), (byte)(i >> 8), (byte)i]);
            ConntrackEntry flow = new()
            {
                Protocol = 6,
                Original = new(here, 40_000, there, 443),
                Reply = new(there, 443, here, 40_000),
                TcpState = ConntrackTcpState.Established,
            };
            table.Apply(ConntrackChange.New, flow);
        }

        double megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        Samples scrape = new("ms");
        for (int round = 0; round < 10; round++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            ConntrackFamilies.WriteOriginal(new MetricsPage(new ArrayBufferWriter<byte>(4096), ExpositionFormat.Prometheus), table.Read());
            scrape.Add(watch.Elapsed.TotalMilliseconds);
        }

        Report.Note($"  scrape {scrape}, table {megabytes:0.#} MB, {table.Count} flows");
        string at = $"{Flows:N0} flows to as many hosts:";
        report.Add($"{at} a scrape takes, ms", scrape.Median, Target.AtMost(150));
        report.Add($"{at} the table, MB", megabytes, Target.AtMost(30));
    }

    /// <summary>Both listen at once, so that both hear the same.</summary>
    private static void MeasureFeed(FiguresOptions options, Report report)
    {
        int seconds = options.IsQuick ? 10 : 30;
        Report.Note($"{Rate:N0} connections/s for {seconds} s: connbeat conntrack beside conntrack -E");
        Run("ip", "netns", "add", Namespace);
        try
        {
            Run("ip", "-n", Namespace, "link", "set", "lo", "up");
            Inside("nft", "add table inet bench; add chain inet bench track { type filter hook prerouting priority 0; }; add rule inet bench track ct state new accept");
            Inside("sysctl", "-qw", "net.netfilter.nf_conntrack_tcp_timeout_time_wait=1");
            using Process exporter = Start(options.Agent, "conntrack", "-l", "0");
            using Process listener = Start("conntrack", "-E", "-o", "extended");
            _ = exporter.StandardOutput.ReadLine();
            _ = listener.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            long made = long.Parse(Inside(Path.Combine(options.Load, "churn"), $"{Rate}", $"{seconds}").Trim(), CultureInfo.InvariantCulture);
            exporter.WaitForExit(TimeSpan.FromSeconds(2)); // it does not, but takes in what is still to be told
            exporter.Refresh();
            listener.Refresh();
            double ours = exporter.TotalProcessorTime.TotalMilliseconds, theirs = listener.TotalProcessorTime.TotalMilliseconds;
            exporter.Kill();
            listener.Kill();
            exporter.WaitForExit();
            listener.WaitForExit();
            string at = $"{made / seconds:N0} connections/s for {seconds} s:";
            report.Add($"{at} connbeat conntrack, ms CPU", ours);
            report.Add($"{at} conntrack -E -o extended, ms CPU", theirs);
            report.Add($"{at} connbeat conntrack / conntrack -E", ours / theirs, Target.AtMost(2));
        }
        finally
        {
            Run("ip", "netns", "del", Namespace);
        }
    }

    private static string Inside(params string[] command) => Run("ip", ["netns", "exec", Namespace, .. command]);

    private static Process Start(params string[] command) =>
        Process.Start(new ProcessStartInfo("ip", ["netns", "exec", Namespace, .. command]) { RedirectStandardOutput = true })!;

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? said
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exited with {process.ExitCode}");
    }

    /// <summary>Each look is two seconds after the one before: nothing is fresh.</summary>
    private sealed class LaterEachTime : TimeProvider
    {
        private long _looks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _looks += 2;
    }
}
