using System.Net;
using System.Net.Sockets;
using Connbeat.Events;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>The lives of connections, from their opening to their end.</summary>
public sealed class ConnectionTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_connection_is_told_at_both_ends_with_the_bytes_it_carried(string address)
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Parse(address));
        await agent.SeesAsync($"listener_opened {Of(listener)} listening {Self}");
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        (string there, string here, string door) = (Of(client), Of(server), Of(listener));
        await agent.SeesAsync($"connection_opened {there} outbound {Self}", $"connection_opened {here} inbound {Self}");

        Carry(client, server, 7_001);
        Carry(server, client, 30_011);
        client.Dispose();
        await agent.SnapshotAsync();
        server.Dispose();
        listener.Dispose();
        await agent.ToldAsync(
            $"connection_closed {there} outbound {Self}", $"connection_closed {here} inbound {Self}",
            $"listener_closed {door} listening {Self}");
        Story story = await agent.StopAsync();

        story.IsPaired().Is(
            $"listener_opened {door} listening {Self}", $"listener_closed {door} listening {Self}",
            $"connection_opened {there} outbound {Self}", $"connection_closed {there} outbound {Self}",
            $"connection_opened {here} inbound {Self}", $"connection_closed {here} inbound {Self}");
        SeenEvent thereClosed = story.The("connection_closed", there);
        SeenEvent hereClosed = story.The("connection_closed", here);
        Assert.Equal(7_001, thereClosed.Number("network", "bytes_sent"));
        Assert.Equal(30_011, hereClosed.Number("network", "bytes_sent"));
        Assert.Equal(7_001, hereClosed.Number("network", "bytes_received"));

        // The kernel counts a FIN that it received as a byte, and nobody knows whether it saw one before it let go.
        Assert.InRange(thereClosed.Number("network", "bytes_received")!.Value, 30_011, 30_012);
        Assert.Equal(thereClosed.Text("event", "start"), story.The("connection_opened", there).Text("event", "start"));
        Assert.InRange(thereClosed.Number("event", "duration")!.Value, 1, 60_000_000_000);
        Assert.Equal(thereClosed.Text("network", "community_id"), hereClosed.Text("network", "community_id"));
    }

    [Fact]
    public async Task Event_ids_are_made_of_the_sockets_own_cookie()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        ulong cookie = Syscalls.CookieOf(client);
        string ends = Of(client);
        IPEndPoint remote = (IPEndPoint)client.RemoteEndPoint!;
        await agent.SeesAsync($"connection_opened {ends} outbound {Self}");
        client.Dispose();
        server.Dispose();
        await agent.ToldAsync($"connection_closed {ends} outbound {Self}");
        Story story = await agent.StopAsync();

        EventIds ids = new(BootId.Read(new ProcReader(ProcReader.System))!.Value, run: Guid.Empty);
        InetTuple tuple = new(default, 0, InetAddress.FromIPv4(remote.Address.GetAddressBytes()), (ushort)remote.Port);
        SocketIdentity identity = new(lab.Namespace, cookie, tuple, Inode: 0, Life: 0);
        Assert.Equal(
            ids.OfFact(identity, EventAction.ConnectionOpened).ToString(), story.The("connection_opened", ends).Id);
        Assert.Equal(
            ids.OfFact(identity, EventAction.ConnectionClosed).ToString(), story.The("connection_closed", ends).Id);
    }

    [Fact]
    public async Task A_half_closed_connection_is_open_until_both_ends_are_done()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        string there = Of(client), here = Of(server), door = Of(listener);
        await agent.SeesAsync($"connection_opened {there} outbound {Self}", $"connection_opened {here} inbound {Self}");

        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, server.Receive(new byte[1]));
        await agent.SnapshotAsync();
        Carry(server, client, 5_003);
        await agent.SnapshotAsync();
        Assert.DoesNotContain(agent.Events, seen => seen.Action == "connection_closed");

        server.Dispose();
        client.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound {Self}", $"connection_closed {here} inbound {Self}");
        Story story = await agent.StopAsync();
        story.Is(
            $"listener_opened {door} listening {Self}",
            $"connection_opened {there} outbound {Self}", $"connection_closed {there} outbound {Self}",
            $"connection_opened {here} inbound {Self}", $"connection_closed {here} inbound {Self}");
        Assert.Equal(5_003, story.The("connection_closed", here).Number("network", "bytes_sent"));
        Assert.Equal(0, story.The("connection_closed", here).Number("network", "bytes_received"));
    }

    [Fact]
    public async Task A_connection_reset_by_its_peer_is_closed_once_though_its_process_still_holds_it()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        string there = Of(client), here = Of(server), door = Of(listener);
        await agent.SeesAsync($"connection_opened {there} outbound {Self}", $"connection_opened {here} inbound {Self}");

        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        await agent.SeesAsync($"connection_closed {there} outbound {Self}", $"connection_closed {here} inbound {Self}");
        await agent.SnapshotAsync();
        server.Dispose();
        listener.Dispose();
        await agent.SeesAsync($"listener_closed {door} listening {Self}");
        await agent.SnapshotAsync();

        (await agent.StopAsync()).IsPaired().Is(
            $"listener_opened {door} listening {Self}", $"listener_closed {door} listening {Self}",
            $"connection_opened {there} outbound {Self}", $"connection_closed {there} outbound {Self}",
            $"connection_opened {here} inbound {Self}", $"connection_closed {here} inbound {Self}");
    }

    [Fact]
    public async Task What_is_left_in_time_wait_is_no_connection()
    {
        using NetworkNamespaceLab lab = new();
        using EndsOfSockets ends = new(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        for (int connection = 0; connection < 10; connection++)
        {
            Passing(lab, listener);
        }

        ends.Wait(20);
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        await agent.ToldAsync($"listener_opened {Of(listener)} listening {Self} (seen_at_start)");
        await agent.SnapshotAsync();

        (await agent.StopAsync()).Is($"listener_opened {Of(listener)} listening {Self} (seen_at_start)");
    }

    [Fact]
    public async Task Connections_that_come_and_go_between_two_pictures_are_told_once()
    {
        const int Count = 200;

        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        string door = $"listener_opened {Of(listener)} listening {Self}";
        await agent.SeesAsync(door);

        string[] passed = [.. Enumerable.Range(0, Count).Select(_ => Passing(lab, listener))];
        string[] expected = [.. passed.SelectMany(IEnumerable<string> (there) =>
        [
            $"connection_opened {there} outbound none (seen_at_close)", $"connection_closed {there} outbound none",
            $"connection_opened {Reversed(there)} inbound none (seen_at_close)",
            $"connection_closed {Reversed(there)} inbound none",
        ])];
        await agent.ToldAsync(expected);
        await agent.SnapshotAsync();
        await agent.SnapshotAsync();

        Story story = await agent.StopAsync();
        story.Is([door, .. expected]);
        Assert.DoesNotContain(story.Events, seen => seen.Reason == "seen_at_close" && seen.Has("event", "start"));
    }

    [Fact]
    public async Task A_socket_that_turns_to_another_peer_has_two_lives()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket oneDoor = lab.Listen(IPAddress.Loopback);
        using Socket otherDoor = lab.Listen(IPAddress.Loopback);
        using Socket client = lab.NewSocket();
        Syscalls.Connect(client, (IPEndPoint)oneDoor.LocalEndPoint!);
        using Socket firstServer = oneDoor.Accept();
        string first = Of(firstServer), toFirst = Reversed(first);
        await agent.SeesAsync(
            $"connection_opened {toFirst} outbound {Self}", $"connection_opened {first} inbound {Self}");

        Syscalls.Connect(client, remote: null);
        Syscalls.Connect(client, (IPEndPoint)otherDoor.LocalEndPoint!);
        using Socket secondServer = otherDoor.Accept();
        string second = Of(secondServer), toSecond = Reversed(second);
        await agent.SeesAsync(
            $"connection_opened {toSecond} outbound {Self}", $"connection_opened {second} inbound {Self}");
        client.Dispose();
        secondServer.Dispose();
        await agent.ToldAsync(
            $"connection_closed {toSecond} outbound {Self}", $"connection_closed {second} inbound {Self}");

        (await agent.StopAsync()).Is(
            $"listener_opened {Of(oneDoor)} listening {Self}", $"listener_opened {Of(otherDoor)} listening {Self}",
            $"connection_opened {toFirst} outbound {Self}",
            $"connection_closed {toFirst} outbound {Self} (peer_changed)",
            $"connection_opened {first} inbound {Self}", $"connection_closed {first} inbound {Self}",
            $"connection_opened {toSecond} outbound {Self}", $"connection_closed {toSecond} outbound {Self}",
            $"connection_opened {second} inbound {Self}", $"connection_closed {second} inbound {Self}");
    }

    /// <summary>Sends bytes, and returns when they have arrived.</summary>
    private static void Carry(Socket from, Socket to, int count)
    {
        from.Send(new byte[count]);
        byte[] received = new byte[count];
        for (int have = 0; have < count;)
        {
            have += to.Receive(received, have, count - have, SocketFlags.None);
        }
    }
}
