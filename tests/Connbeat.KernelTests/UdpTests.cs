using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>UDP sockets: bound ones are listeners, connected ones connections, and one can be both in turn.</summary>
public sealed class UdpTests
{
    private const int Port = 5300, First = 5301, Second = 5302;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_socket_that_connects_elsewhere_disconnects_and_connects_again_tells_each_life(string address)
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        IPAddress here = IPAddress.Parse(address);
        using Socket socket = lab.BindUdp(here, Port);
        string bound = Of(socket), toFirst = $"{bound} -> {End(First)}", toSecond = $"{bound} -> {End(Second)}";
        await agent.SeesAsync($"listener_opened {bound} listening {Self}");

        Syscalls.Connect(socket, new IPEndPoint(here, First));
        await agent.SeesAsync(
            $"listener_closed {bound} listening {Self}", $"connection_opened {toFirst} outbound {Self}");

        Syscalls.Connect(socket, new IPEndPoint(here, Second));
        await agent.SeesAsync(
            $"connection_closed {toFirst} outbound {Self} (peer_changed)", $"connection_opened {toSecond} outbound {Self}");

        Syscalls.Connect(socket, remote: null);
        string[] twice = [$"listener_opened {bound} listening {Self}", $"listener_opened {bound} listening {Self}"];
        await agent.SeesAsync([$"connection_closed {toSecond} outbound {Self}", .. twice]);

        Syscalls.Connect(socket, new IPEndPoint(here, First));
        await agent.SeesAsync(
            $"connection_opened {toFirst} outbound {Self}", $"connection_opened {toFirst} outbound {Self}");
        socket.Dispose();
        await agent.ToldAsync($"connection_closed {toFirst} outbound {Self}");

        (await agent.StopAsync()).IsPaired().Is(
            [
                .. twice, $"listener_closed {bound} listening {Self}", $"listener_closed {bound} listening {Self}",
                $"connection_opened {toFirst} outbound {Self}", $"connection_opened {toFirst} outbound {Self}",
                $"connection_closed {toFirst} outbound {Self} (peer_changed)", $"connection_closed {toFirst} outbound {Self}",
                $"connection_opened {toSecond} outbound {Self}", $"connection_closed {toSecond} outbound {Self}",
            ]);

        string End(int port) => here.AddressFamily is AddressFamily.InterNetworkV6 && !here.IsIPv4MappedToIPv6
            ? $"[{here}]:{port}"
            : $"127.0.0.1:{port}";
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task Sockets_that_come_and_go_between_two_pictures_are_told_once(string address)
    {
        const int Count = 100;

        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        List<string> expected = [];
        for (int round = 0; round < Count; round++)
        {
            using Socket bound = lab.BindUdp(IPAddress.Parse(address));
            using Socket connected = lab.BindUdp(IPAddress.Parse(address));
            connected.Connect(bound.LocalEndPoint!);
            expected.AddRange(
            [
                $"listener_opened {Of(bound)} listening none (seen_at_close)", $"listener_closed {Of(bound)} listening none",
                $"connection_opened {Of(connected)} outbound none (seen_at_close)",
                $"connection_closed {Of(connected)} outbound none",
            ]);
        }

        await agent.ToldAsync([.. expected]);
        await agent.SnapshotAsync();
        await agent.SnapshotAsync();

        (await agent.StopAsync()).Is(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connected_socket_beside_a_bound_one_on_its_port_is_inbound(bool fromTheStart)
    {
        using NetworkNamespaceLab lab = new();
        using Socket server = lab.BindUdp(IPAddress.Any, Port, shared: true);
        using Socket client = lab.BindUdp(IPAddress.Loopback, First);
        client.Connect(new IPEndPoint(IPAddress.Loopback, Port));
        Socket? sibling = fromTheStart ? Sibling() : null;
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        sibling ??= Sibling();
        string here = Of(sibling), there = Of(client), seen = fromTheStart ? " (seen_at_start)" : "";
        Assert.Equal(Reversed(there), here);
        await agent.SeesAsync($"connection_opened {here} inbound {Self}{seen}");
        sibling.Dispose();
        client.Dispose();
        server.Dispose();
        await agent.ToldAsync(
            $"connection_closed {here} inbound {Self}", $"connection_closed {there} outbound {Self}",
            $"listener_closed udp 0.0.0.0:{Port} listening {Self}");

        (await agent.StopAsync()).IsPaired().Is(
            $"listener_opened udp 0.0.0.0:{Port} listening {Self} (seen_at_start)",
            $"listener_closed udp 0.0.0.0:{Port} listening {Self}",
            $"connection_opened {there} outbound {Self} (seen_at_start)", $"connection_closed {there} outbound {Self}",
            $"connection_opened {here} inbound {Self}{seen}", $"connection_closed {here} inbound {Self}");

        Socket Sibling()
        {
            Socket socket = lab.BindUdp(IPAddress.Any, Port, shared: true);
            socket.Connect(client.LocalEndPoint!);
            return socket;
        }
    }

    [Fact]
    public async Task Datagrams_from_a_socket_that_is_not_connected_make_no_connection()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket server = lab.BindUdp(IPAddress.Loopback, Port);
        using Socket sender = lab.BindUdp(IPAddress.Loopback, First);
        sender.SendTo("datagram"u8, server.LocalEndPoint!);
        Assert.Equal(8, server.Receive(new byte[100]));
        await agent.SeesAsync($"listener_opened {Of(server)} listening {Self}", $"listener_opened {Of(sender)} listening {Self}");

        (await agent.StopAsync()).Is(
            $"listener_opened {Of(server)} listening {Self}", $"listener_opened {Of(sender)} listening {Self}");
    }
}
