using System.Net;
using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>The engine that reads the tables of /proc/net.</summary>
public sealed class ProcfsTests
{
    [Fact]
    public async Task It_sees_the_same_sockets_as_netlink_come_and_go()
    {
        using NetworkNamespaceLab lab = new();
        using ProcOfLab proc = new(lab);
        await using EngineUnderTest procfs = new(lab, _ => new ProcfsEngine(proc.Reader, ProcNetFiles.None));
        await using EngineUnderTest netlink = new(lab, happened =>
            new NetlinkEngine([Transport.Tcp, Transport.Udp], new ProcReader(ProcReader.System), happened));
        await procfs.StartedAsync(); // a look between a bind and its connect would see what is neither
        await netlink.StartedAsync();
        using Socket four = lab.Listen(IPAddress.Parse("127.1.2.3"));
        using Socket six = lab.Listen(IPAddress.IPv6Loopback);
        using Socket both = lab.Listen(IPAddress.IPv6Any, takesIPv4: true);
        using Socket toFour = lab.Connect(four), toSix = lab.Connect(six);
        using Socket mapped = lab.Connect(both, IPAddress.Parse("127.3.2.1"));
        using Socket ofFour = four.Accept(), ofSix = six.Accept(), ofBoth = both.Accept();
        using Socket bound = lab.BindUdp(IPAddress.Parse("127.4.5.6")), boundSix = lab.BindUdp(IPAddress.IPv6Loopback);
        using Socket boundToAll = lab.BindUdp(IPAddress.IPv6Any);
        using Socket connected = lab.BindUdp(IPAddress.Loopback), connectedSix = lab.BindUdp(IPAddress.IPv6Loopback);
        using Socket connectedMapped = lab.BindUdp(IPAddress.Loopback.MapToIPv6());
        connected.Connect(bound.LocalEndPoint!);
        connectedSix.Connect(boundSix.LocalEndPoint!);
        connectedMapped.Connect(new IPEndPoint(IPAddress.Parse("127.4.5.6").MapToIPv6(), 5300));
        Socket[] listeners = [four, six, both, bound, boundSix, boundToAll];
        Socket[] inbound = [ofFour, ofSix, ofBoth];
        Socket[] outbound = [toFour, toSix, mapped, connected, connectedSix, connectedMapped];
        string[] sockets =
        [
            .. listeners.Select(socket => $"{Of(socket)} listening uid 0"),
            .. inbound.Select(socket => $"{Of(socket)} inbound uid 0"),
            .. outbound.Select(socket => $"{Of(socket)} outbound uid 0"),
        ];

        await ComeOrGoAsync("opened");
        Array.ForEach([.. outbound, .. inbound, .. listeners], socket => socket.Dispose());
        await ComeOrGoAsync("closed");

        string[] expected = [.. Told("opened").Concat(Told("closed")).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, netlink.Lines);
        Assert.Equal(expected, procfs.Lines);

        async Task ComeOrGoAsync(string what)
        {
            foreach (EngineUnderTest engine in new[] { procfs, netlink })
            {
                await engine.SeesAsync(listeners.Length, $"listener_{what}");
                await engine.SeesAsync(inbound.Length + outbound.Length, $"connection_{what}");
            }
        }

        IEnumerable<string> Told(string what) => sockets.Select(socket =>
            $"{(socket.Contains(" -> ") ? "connection" : "listener")}_{what} {socket}");
    }

    [Fact]
    public async Task A_socket_that_is_missing_once_is_not_closed_yet()
    {
        using NetworkNamespaceLab lab = new();
        using ProcOfLab proc = new(lab);
        await using EngineUnderTest procfs = new(lab, _ => new ProcfsEngine(proc.Reader, ProcNetFiles.None));
        using Socket first = lab.Listen(IPAddress.Loopback);
        await procfs.SeesAsync(1, "listener_opened");
        using Socket second = lab.Listen(IPAddress.Loopback);
        first.Dispose();
        await procfs.LookAsync();
        await procfs.ToldAsync(2, "listener_opened");
        Assert.DoesNotContain(procfs.Lines, line => line.StartsWith("listener_closed", StringComparison.Ordinal));

        await procfs.SeesAsync(1, "listener_closed");
    }

    [Fact]
    public async Task Sockets_of_another_namespace_are_read_by_its_processes_and_are_theirs()
    {
        using NetworkNamespaceLab elsewhere = new();
        using LabProcess server = LabProcess.SocketHolder(elsewhere), client = LabProcess.SocketHolder(elsewhere);
        elsewhere.Dispose(); // its thread, too, would keep the namespace
        string port = await server.AskAsync("listen 127.0.0.1");
        AgentOptions options = WatchedAgent.Everywhere();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab: null, options with
        {
            Capture = options.Capture with { Source = CaptureSource.Procfs, EnableLocalConnections = false },
        });
        string place = $" in {elsewhere.Namespace}", door = $"127.0.0.1:{port} listening fd {server.Pid}";
        await agent.SeesAsync($"listener_opened {door} (seen_at_start){place}");

        await client.AskAsync($"connect 127.0.0.1 {port}");
        await server.AskAsync("accept");
        await agent.SnapshotAsync();
        await agent.ToldAsync("both ends", events =>
            events.Count(seen => seen.Action == "connection_opened" && seen.Namespace == elsewhere.Namespace) == 2);
        string there = agent.Events.Single(seen => seen.Owner == $"fd {client.Pid}").Ends;
        await client.AskAsync("close");
        await server.AskAsync("close");
        string[] closed =
        [
            $"connection_closed {there} outbound fd {client.Pid}{place}",
            $"connection_closed {Reversed(there)} inbound fd {server.Pid}{place}",
        ];
        await agent.SeesAsync(closed);
        server.Kill();
        client.Kill();
        await agent.SeesAsync($"listener_closed {door}{place}");

        (await agent.StopAsync()).In(elsewhere.Namespace).IsPaired().Is(
        [
            $"listener_opened {door} (seen_at_start){place}", $"listener_closed {door}{place}",
            $"connection_opened {there} outbound fd {client.Pid}{place}",
            $"connection_opened {Reversed(there)} inbound fd {server.Pid}{place}", .. closed,
        ]);
    }
}
