using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;

namespace Connbeat.KernelTests;

/// <summary>An agent on a router that translates what comes in and what it sends itself, between a client and a server.</summary>
public sealed class NatTests
{
    [Fact]
    public async Task Connections_tell_what_conntrack_makes_of_their_ends()
    {
        NamedNamespace[] namespaces = NamedNamespace.Make(3);
        using NetworkNamespaceLab client = new(namespaces[0]), router = new(namespaces[1]), server = new(namespaces[2]);
        try
        {
            Join(client, 1, router, namespaces[1].Name, "client");
            Join(server, 2, router, namespaces[1].Name, "server");
            LabCommand.Run(
                router, "nft",
                "add table inet lab; add chain inet lab pre { type nat hook prerouting priority -100; }; " +
                "add chain inet lab out { type nat hook output priority -100; }; add chain inet lab post { type nat hook postrouting priority 100; }; " +
                "add rule inet lab pre tcp dport 80 redirect to :8080; " +
                "add rule inet lab out ip daddr 10.96.0.1 tcp dport 443 dnat ip to 10.77.2.2:8443; " +
                "add rule inet lab out ip6 daddr fd77:96::1 tcp dport 443 dnat ip6 to [fd77:2::2]:8443; " +
                "add rule inet lab post tcp dport 8443 masquerade to :61000-61999");
            router.Run(() => IpCommand.Run("route add 10.96.0.1/32 via 10.77.2.2", "route add fd77:96::1/128 via fd77:2::2"));
            using Socket service = server.Listen(IPAddress.IPv6Any, port: 8443, takesIPv4: true);
            using Socket web = router.Listen(IPAddress.IPv6Any, port: 8080, takesIPv4: true);
            AgentOptions options = WatchedAgent.Options();
            using Socket before = Connect(router, "10.96.0.1", 443); // conntrack has it when the agent starts
            using Socket beforeAccepted = service.Accept();
            await using WatchedAgent agent = await WatchedAgent.StartAsync(
                router, options with { Enrichment = options.Enrichment with { Nat = true }, Tracking = options.Tracking with { OwnerWait = TimeSpan.FromSeconds(20) } });
            using Socket after = Connect(router, "fd77:96::1", 443);
            using Socket afterAccepted = service.Accept();
            using Socket visitor = Connect(client, "10.77.1.1", 80);
            using Socket visited = web.Accept();
            using Socket plain = Connect(client, "10.77.1.1", 8080);
            using Socket plainVisited = web.Accept();

            string[] expected =
            [
                $"{Port(before)}: 10.77.2.1:{Port(beforeAccepted, remote: true)} 10.77.2.2:8443",
                $"{Port(after)}: fd77:2::1:{Port(afterAccepted, remote: true)} fd77:2::2:8443",
                $"{Port(visitor)}: 10.77.1.1:80 :",
                $"{Port(plain)}: : :",
            ];
            await agent.SnapshotAsync();
            await agent.ToldAsync(string.Join(", ", expected), events => Array.TrueForAll(expected, Told(events).Contains));
        }
        finally
        {
            NamedNamespace.Delete(namespaces);
        }
    }

    private static string[] Told(IReadOnlyList<SeenEvent> events) =>
    [
        .. events.Where(seen => seen.Action is "connection_opened").Select(seen =>
        {
            long? port = seen.Number("local_port") is 8080 ? seen.Number("remote_port") : seen.Number("local_port");
            return $"{port}: {End("local")} {End("remote")}";

            string End(string end) => $"{seen.Text("network", "nat", $"{end}_ip")}:{seen.Number("network", "nat", $"{end}_port")}";
        }),
    ];

    private static int Port(Socket socket, bool remote = false) =>
        ((IPEndPoint)(remote ? socket.RemoteEndPoint! : socket.LocalEndPoint!)).Port;

    private static Socket Connect(NetworkNamespaceLab from, string address, int port)
    {
        IPAddress to = IPAddress.Parse(address);
        Socket socket = from.NewSocket(to.AddressFamily);
        socket.Connect(new IPEndPoint(to, port));
        return socket;
    }

    private static void Join(NetworkNamespaceLab one, int network, NetworkNamespaceLab router, string routersName, string name)
    {
        one.Run(() => IpCommand.Run(
            $"link add uplink type veth peer name {name} netns {routersName}", $"address add 10.77.{network}.2/24 dev uplink",
            $"address add fd77:{network}::2/64 dev uplink nodad", "link set uplink up"));
        router.Run(() => IpCommand.Run(
            $"address add 10.77.{network}.1/24 dev {name}", $"address add fd77:{network}::1/64 dev {name} nodad", $"link set {name} up"));
    }
}
