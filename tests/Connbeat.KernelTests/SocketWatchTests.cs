using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Connbeat.Config;
using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.SocketWatch;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;

namespace Connbeat.KernelTests;

/// <summary>Counts of watched sockets beside ss(8), which asks the same kernel.</summary>
public sealed partial class SocketWatchTests : IDisposable
{
    private readonly AgentLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Forty_rules_count_what_ss_counts()
    {
        using NetworkNamespaceLab lab = new();
        List<Socket> open = [];
        List<(WatchedSocket Rule, string[] Asked)> rules = [];
        for (int i = 0; i < 10; i++)
        {
            IPAddress address = i % 2 == 0 ? IPAddress.Loopback : IPAddress.IPv6Loopback;
            string six = i % 2 == 0 ? "" : "6";
            Socket listener = lab.Listen(address);
            open.Add(listener);
            int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            for (int connection = 0; connection < i; connection++)
            {
                open.Add(lab.Connect(listener));
                open.Add(listener.Accept());
            }

            using (Socket gone = lab.Connect(listener))
            using (Socket accepted = listener.Accept())
            {
                gone.Shutdown(SocketShutdown.Both); // this side waits when the other has ended too
                accepted.Shutdown(SocketShutdown.Both);
            }

            Socket datagrams = lab.BindUdp(address);
            open.Add(datagrams);
            ushort bound = (ushort)((IPEndPoint)datagrams.LocalEndPoint!).Port;
            PortRange at = new((ushort)port, (ushort)port);
            WatchedSocket rule = new() { Name = $"{i}", Listens = true, Protocol = $"tcp{six}", SourceHost = $"{address}", SourcePort = at };
            string family = six.Length > 0 ? "-6" : "-4";
            rules.Add((rule, ["-Htn", family, "state", "listening", $"sport = :{port}"]));
            rules.Add((rule with { Listens = false, SourceHost = "*" }, ["-Htn", family, "state", "established", $"sport = :{port}"]));
            rules.Add((rule with { Listens = false, SourcePort = null, DestinationHost = $"{address}", DestinationPort = at, State = "time-wait" },
                ["-Htn", family, "state", "time-wait", $"dport = :{port}"]));
            rules.Add((rule with { Protocol = $"udp{six}", SourcePort = new PortRange(bound, bound) },
                ["-Hun", family, "state", "unconnected", $"sport = :{bound}"]));
        }

        int[] counts = Count(lab, [.. rules.Select(rule => rule.Rule)]);
        Assert.Equal(rules.Select(rule => LabCommand.Run(lab, "ss", rule.Asked).Length), counts);
        Assert.Equal(40, counts.Length);
        Assert.Equal(10 + 45 + 10 + 10, counts.Sum());
        open.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void Another_namespace_is_looked_into_and_one_that_is_not_there_has_no_sockets()
    {
        using NamedNamespace elsewhere = NamedNamespace.Make();
        using NetworkNamespaceLab here = new(), there = new(elsewhere);
        using Socket listener = there.Listen(IPAddress.Loopback);
        ushort port = (ushort)((IPEndPoint)listener.LocalEndPoint!).Port;
        WatchedSocket rule = new() { Name = "a", Listens = true, SourceHost = "127.0.0.1", SourcePort = new PortRange(port, port) };

        Assert.Equal([0, 1, 1, 0, 0], Count(
            here,
            rule,
            rule with { Namespace = elsewhere.Name },
            rule with { Namespace = elsewhere.Path, Process = ".*" },
            rule with { Namespace = "connbeat-none" },
            rule with { Container = "0123456789ab" }));
    }

    private int[] Count(NetworkNamespaceLab lab, params WatchedSocket[] watched) => lab.Run(() =>
    {
        using SocketWatch watch = new(
            watched, new ProcReader(ProcReader.System), BootTime.Clock, TimeSpan.FromMinutes(1),
            new ExporterHappenings(_log.CreateLogger("watch")));
        ArrayBufferWriter<byte> page = new();
        watch.WriteOriginal(new MetricsPage(page, ExpositionFormat.Prometheus));
        return Counted.Matches(Encoding.UTF8.GetString(page.WrittenSpan)).Select(sample => int.Parse(sample.Groups[1].Value)).ToArray();
    });

    [GeneratedRegex(@"^connection_status_count\{.*\} (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Counted { get; }
}
