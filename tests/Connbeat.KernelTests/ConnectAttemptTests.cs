using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>Connects that do not succeed, or not at once.</summary>
public sealed class ConnectAttemptTests
{
    [Fact]
    public async Task A_connect_that_nobody_answers_has_failed_when_it_is_given_up()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback, backlog: 0);
        using Socket waiting = lab.Connect(listener);
        using Socket unanswered = lab.NewSocket();
        string ends = StartConnecting(unanswered, listener);
        await agent.SeesAsync($"connection_opened {Of(waiting)} outbound {Self}");
        await agent.SnapshotAsync();
        unanswered.Dispose();
        await agent.ToldAsync("connection_failed", events => events.Any(seen => seen.Action == "connection_failed"));

        Story story = await agent.StopAsync();
        story.Is(
            $"listener_opened {Of(listener)} listening {Self}",
            $"connection_opened {Of(waiting)} outbound {Self}",
            $"connection_opened {Reversed(Of(waiting))} inbound none",
            $"connection_failed {ends} outbound {Self}");
        Assert.True(story.The("connection_failed", ends).Has("event", "end"));
    }

    [Fact]
    public async Task A_socket_that_was_refused_and_tries_again_has_failed_once_and_then_connected()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket full = lab.Listen(IPAddress.Loopback, backlog: 0);
        using Socket waiting = lab.Connect(full);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket client = lab.NewSocket();
        string door = Of(full), refused = StartConnecting(client, full);
        await agent.SeesAsync($"connection_opened {Of(waiting)} outbound {Self}");
        full.Dispose();
        Assert.True(client.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectError), "the next SYN is not refused");
        await agent.SnapshotAsync();
        await agent.ToldAsync($"connection_failed {refused} outbound {Self}");

        client.Blocking = true;
        Syscalls.Connect(client, remote: null);
        Syscalls.Connect(client, (IPEndPoint)listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        string here = Of(server), there = Reversed(here);
        await agent.SeesAsync($"connection_opened {there} outbound {Self}", $"connection_opened {here} inbound {Self}");
        client.Dispose();
        server.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound {Self}", $"connection_closed {here} inbound {Self}");

        string reset = $"{waiting.LocalEndPoint} -> {door}";
        (await agent.StopAsync()).Is(
            $"listener_opened {door} listening {Self}", $"listener_closed {door} listening {Self}",
            $"connection_opened {reset} outbound {Self}", $"connection_closed {reset} outbound {Self}",
            $"connection_opened {Reversed(reset)} inbound none", $"connection_closed {Reversed(reset)} inbound none",
            $"connection_failed {refused} outbound {Self}", $"listener_opened {Of(listener)} listening {Self}",
            $"connection_opened {there} outbound {Self}", $"connection_closed {there} outbound {Self}",
            $"connection_opened {here} inbound {Self}", $"connection_closed {here} inbound {Self}");
    }

    [Fact]
    public async Task Refused_connects_between_two_pictures_leave_no_trace()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        for (int connect = 0; connect < 10; connect++)
        {
            using Socket refused = lab.NewSocket();
            Assert.Throws<SocketException>(() => refused.Connect(IPAddress.Loopback, 9));
        }

        await agent.SnapshotAsync();

        (await agent.StopAsync()).Is();
    }

    /// <summary>Begins to connect to a listener whose backlog is full, so that the SYN is dropped.</summary>
    /// <returns>The ends that the connection would have.</returns>
    private static string StartConnecting(Socket client, Socket listener)
    {
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        client.Blocking = false;
        Assert.Throws<SocketException>(() => client.Connect(listener.LocalEndPoint!)); // in progress
        return $"{client.LocalEndPoint} -> {listener.LocalEndPoint}";
    }
}
