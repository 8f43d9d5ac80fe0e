using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters.Conntrack;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;

namespace Connbeat.KernelTests;

/// <summary>The table of flows beside conntrack(8), which asks the same kernel.</summary>
public sealed class ConntrackTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly AgentLog _log = new();
    private readonly ConntrackHappenings _happened;

    public ConntrackTests() => _happened = new ConntrackHappenings(_log.CreateLogger<ConntrackHappenings>());

    public void Dispose() => _log.Dispose();

    [Fact]
    public void In_every_state_of_TCP_it_has_what_conntrack_lists()
    {
        using NetworkNamespaceLab lab = new();
        ConntrackListing.Track(lab);
        using Socket before = lab.Listen(IPAddress.Loopback);
        using Socket held = lab.Connect(before); // from before anybody listened for changes
        ConntrackTable table = new(new ConntrackOptions { MaxSeries = null }, BootTime.Clock);
        using ConntrackFeed feed = Follow(lab, table);
        using Socket listener = lab.Listen(IPAddress.IPv6Any, takesIPv4: true);
        LabCommand.Run(lab, "nft", "add chain inet lab out { type filter hook input priority 0; }; add rule inet lab out tcp dport 9 drop");

        List<Socket> open = [];
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            for (int i = 0; i < 5; i++)
            {
                open.Add(lab.Connect(listener, address)); // ESTABLISHED
                open.Add(listener.Accept());
                using Socket ended = lab.Connect(listener, address); // TIME_WAIT
                using Socket accepted = listener.Accept();
            }

            open.Add(lab.Connect(listener, address));
            open[^1].Shutdown(SocketShutdown.Send); // CLOSE_WAIT, or FIN_WAIT
            Socket aborted = lab.Connect(listener, address); // CLOSE
            aborted.LingerState = new LingerOption(true, 0);
            aborted.Dispose();
            Socket unanswered = lab.NewSocket(address.AddressFamily); // SYN_SENT
            unanswered.Blocking = false;
            Assert.Throws<SocketException>(() => unanswered.Connect(new IPEndPoint(address, 9)));
            open.Add(unanswered);
        }

        string[] listed = [];
        Assert.True(SpinWait.SpinUntil(() => (listed = ConntrackListing.Read(lab)).SequenceEqual(Told(table)), Patience),
            $"conntrack: {string.Join(", ", listed)}\nconnbeat: {string.Join(", ", Told(table))}");
        foreach (string stage in (string[])["opening", "open", "closing", "closed"])
        {
            Assert.Contains(listed, host => host.StartsWith($"{stage} [::1]:", StringComparison.Ordinal));
            Assert.Contains(listed, host => host.StartsWith($"{stage} 127.0.0.1:", StringComparison.Ordinal));
        }

        open.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public void After_an_overrun_it_has_what_conntrack_lists_and_meanwhile_it_was_never_empty()
    {
        using NetworkNamespaceLab lab = new();
        ConntrackListing.Track(lab);
        ConntrackTable table = new(new ConntrackOptions { MaxSeries = null }, BootTime.Clock);
        using Socket listener = lab.Listen(IPAddress.Any);
        using Socket held = lab.Connect(listener, IPAddress.Loopback);
        using Socket accepted = listener.Accept();
        using ConntrackFeed feed = Follow(lab, table, bufferBytes: 1);
        bool wasEmpty = false;
        Parallel.For(0, 2, worker =>
        {
            for (int i = 0; i < 250; i++)
            {
                using Socket client = lab.Connect(listener, IPAddress.Parse($"127.0.0.{worker + 2}"));
                using Socket server = listener.Accept();
                wasEmpty |= table.Read().Count == 0;
            }
        });

        Assert.True(SpinWait.SpinUntil(() => _happened.Overruns > 0, Patience), "nothing was lost");
        string[] listed = [];
        Assert.True(SpinWait.SpinUntil(() => (listed = ConntrackListing.Read(lab)).SequenceEqual(Told(table)), Patience),
            $"conntrack: {string.Join(", ", listed)}\nconnbeat: {string.Join(", ", Told(table))}");
        Assert.False(wasEmpty);
        Assert.Single(_log.Of(LogLevel.Warning));
    }

    [Fact]
    public void What_passes_through_is_told_under_the_host_that_answers_whatever_is_made_of_addresses()
    {
        NamedNamespace[] namespaces = NamedNamespace.Make(3);
        using NetworkNamespaceLab client = new(namespaces[0]), router = new(namespaces[1]), server = new(namespaces[2]);
        try
        {
            Join(client, "10.77.1.2/24", router, "10.77.1.1/24", namespaces[1].Name, "client");
            Join(server, "10.77.2.2/24", router, "10.77.2.1/24", namespaces[1].Name, "server");
            client.Run(() => IpCommand.Run("route add default via 10.77.1.1"));
            router.Run(() => File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1"));
            router.Run(() => File.WriteAllText("/proc/sys/net/netfilter/nf_conntrack_acct", "1"));
            LabCommand.Run(
                router, "nft",
                "add table ip lab; add chain ip lab post { type nat hook postrouting priority 100; }; add chain ip lab pre { type nat hook prerouting priority -100; }; " +
                "add rule ip lab post ip saddr 10.77.1.0/24 masquerade; add rule ip lab pre ip daddr 10.77.1.1 tcp dport 80 dnat to 10.77.2.2:8080");
            ConntrackTable table = new(new ConntrackOptions { TellsDirection = true }, BootTime.Clock);
            using ConntrackFeed feed = Follow(router, table);
            using Socket listener = server.Listen(IPAddress.Any, port: 8080);
            using Socket masqueraded = client.Connect(listener, IPAddress.Parse("10.77.2.2"));
            using Socket first = listener.Accept();
            Socket translated = client.NewSocket();
            translated.Connect(new IPEndPoint(IPAddress.Parse("10.77.1.1"), 80));
            using Socket second = listener.Accept();
            Assert.Equal("10.77.2.1", ((IPEndPoint)first.RemoteEndPoint!).Address.ToString());

            // To the router's own address, and yet not for it: as the original has it, that is a client of this host.
            string client80 = $"open inbound 10.77.1.2:{((IPEndPoint)translated.LocalEndPoint!).Port}: 1";
            Assert.True(SpinWait.SpinUntil(
                () => Told(table).SequenceEqual(["open forwarded 10.77.2.2:8080: 1", client80]), Patience), string.Join(", ", Told(table)));
            masqueraded.Send(new byte[1000]);
            masqueraded.Dispose();
            translated.Dispose();
            first.Dispose();
            LabCommand.Run(router, "conntrack", "-D", "-p", "tcp"); // what they had carried is told when they end
            Assert.True(SpinWait.SpinUntil(() => table.ReadTraffic()?.Total.Sent.Bytes > 1000, Patience), "nobody told what was carried");
        }
        finally
        {
            NamedNamespace.Delete(namespaces);
        }
    }

    [Fact]
    public void Where_nothing_is_tracked_sockets_are_counted_if_that_is_asked_for()
    {
        using NetworkNamespaceLab lab = new();
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket connected = lab.Connect(listener);
        using Socket accepted = listener.Accept();
        using SocketHosts sockets = lab.Run(() => new SocketHosts(new ConntrackOptions { Ignored = [] }, BootTime.Clock));

        // Both ends are here, and yet it is one connection.
        Assert.Equal([$"open {listener.LocalEndPoint}: 1"], Told(sockets.Read()));
    }

    private ConntrackFeed Follow(NetworkNamespaceLab lab, ConntrackTable table, int bufferBytes = 1 << 22) => lab.Run(() =>
    {
        ConntrackFeed feed = new(table, log: null, _happened, BootTime.Clock, bufferBytes);
        feed.Start();
        return feed;
    });

    private static void Join(NetworkNamespaceLab one, string address, NetworkNamespaceLab router, string routersAddress, string routersName, string name)
    {
        one.Run(() => IpCommand.Run($"link add uplink type veth peer name {name} netns {routersName}", $"address add {address} dev uplink", "link set uplink up"));
        router.Run(() => IpCommand.Run($"address add {routersAddress} dev {name}", $"link set {name} up"));
    }

    private static string[] Told(ConntrackTable table)
    {
        byte[] label = new byte[64];
        return
        [
            .. table.Read().SelectMany(host =>
            {
                string name = System.Text.Encoding.UTF8.GetString(label, 0, ConntrackFamilies.Format(host.Key, label));
                string direction = host.Key.Direction is FlowDirection.Unknown ? "" : $"{host.Key.Direction.ToString().ToLowerInvariant()} ";
                HostCounts counts = host.Value;
                return new (string Stage, int Count)[] { ("opening", counts.Opening), ("open", counts.Open), ("closing", counts.Closing), ("closed", counts.Closed) }
                    .Where(stage => stage.Count > 0)
                    .Select(stage => $"{stage.Stage} {direction}{name}: {stage.Count}");
            }).Order(StringComparer.Ordinal),
        ];
    }
}
