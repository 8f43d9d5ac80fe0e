using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>Listeners, and what comes through them.</summary>
public sealed class ListenerTests
{
    [Fact]
    public async Task Listeners_of_both_families_on_one_port_are_two()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket four = lab.Listen(IPAddress.Any);
        int port = ((IPEndPoint)four.LocalEndPoint!).Port;
        using Socket six = lab.Listen(IPAddress.IPv6Any, port);
        string fourEnd = Of(four), sixEnd = Of(six);
        await agent.SeesAsync(
            $"listener_opened {fourEnd} listening {Self}", $"listener_opened {sixEnd} listening {Self}");

        six.Dispose();
        await agent.ToldAsync($"listener_closed {sixEnd} listening {Self}");
        using Socket client = lab.Connect(four, IPAddress.Loopback);
        using Socket server = four.Accept();
        await agent.SeesAsync(
            $"connection_opened {Of(client)} outbound {Self}", $"connection_opened {Of(server)} inbound {Self}");
        four.Dispose();
        await agent.ToldAsync($"listener_closed {fourEnd} listening {Self}");

        (await agent.StopAsync()).Is(
            $"listener_opened {fourEnd} listening {Self}", $"listener_closed {fourEnd} listening {Self}",
            $"listener_opened {sixEnd} listening {Self}", $"listener_closed {sixEnd} listening {Self}",
            $"connection_opened {Of(client)} outbound {Self}", $"connection_opened {Of(server)} inbound {Self}");
    }

    [Fact]
    public async Task IPv4_through_a_listener_on_both_families_is_inbound_and_told_as_IPv4()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.IPv6Any, takesIPv4: true);
        using Socket client = lab.Connect(listener, IPAddress.Loopback);
        using Socket server = listener.Accept();
        string there = Of(client), here = Of(server);
        Assert.Equal(Reversed(there), here);
        await agent.SeesAsync($"connection_opened {there} outbound {Self}", $"connection_opened {here} inbound {Self}");
        client.Dispose();
        server.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound {Self}", $"connection_closed {here} inbound {Self}");

        // One that comes and goes unseen is told by the listener alone.
        using Socket passing = lab.Connect(listener, IPAddress.Loopback);
        using Socket passed = listener.Accept();
        string past = Of(passed);
        passing.Dispose();
        passed.Dispose();
        await agent.ToldAsync(
            $"connection_closed {past} inbound none", $"connection_closed {Reversed(past)} outbound none");

        Story story = await agent.StopAsync();
        story.Is(
            $"listener_opened {Of(listener)} listening {Self}",
            $"connection_opened {there} outbound {Self}", $"connection_closed {there} outbound {Self}",
            $"connection_opened {here} inbound {Self}", $"connection_closed {here} inbound {Self}",
            $"connection_opened {past} inbound none (seen_at_close)", $"connection_closed {past} inbound none",
            $"connection_opened {Reversed(past)} outbound none (seen_at_close)",
            $"connection_closed {Reversed(past)} outbound none");
        Assert.Equal("ipv4", story.The("connection_closed", here).Text("network", "type"));
    }

    [Fact]
    public async Task Every_remote_of_a_server_port_is_told()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Any);
        string[] addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.8.0.4", "127.9.9.5"];
        Socket[] clients = [.. addresses.Select(address => lab.Connect(listener, IPAddress.Parse(address)))];
        Socket[] servers = [.. clients.Select(_ => listener.Accept())];
        string[] opened =
        [
            .. clients.Select(client => $"connection_opened {Of(client)} outbound {Self}"),
            .. servers.Select(server => $"connection_opened {Of(server)} inbound {Self}"),
        ];
        await agent.SeesAsync(opened);
        Array.ForEach(clients, client => client.Dispose());
        Array.ForEach(servers, server => server.Dispose());
        string[] closed = [.. opened.Select(line => line.Replace("_opened", "_closed", StringComparison.Ordinal))];
        await agent.ToldAsync(closed);

        (await agent.StopAsync()).Is([$"listener_opened {Of(listener)} listening {Self}", .. opened, .. closed]);
    }

    [Fact]
    public async Task A_connection_that_waits_to_be_accepted_is_nobodys_until_it_is()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket client = lab.Connect(listener);
        string there = Of(client), here = Reversed(there);
        await agent.SeesAsync($"connection_opened {there} outbound {Self}", $"connection_opened {here} inbound none");
        using Socket server = listener.Accept();
        await agent.SeesAsync($"connection_active {here} inbound {Self} (owner_found)");
        server.Dispose();
        client.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound {Self}", $"connection_closed {here} inbound {Self}");

        (await agent.StopAsync()).Is(
            $"listener_opened {Of(listener)} listening {Self}",
            $"connection_opened {there} outbound {Self}", $"connection_closed {there} outbound {Self}",
            $"connection_opened {here} inbound none", $"connection_active {here} inbound {Self} (owner_found)",
            $"connection_closed {here} inbound {Self}");
    }

    [Fact]
    public async Task A_connection_that_is_never_accepted_ends_with_its_listener()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket client = lab.Connect(listener);
        string there = Of(client), here = Reversed(there), door = Of(listener);
        await agent.SeesAsync($"connection_opened {there} outbound {Self}", $"connection_opened {here} inbound none");
        listener.Dispose();
        await agent.SeesAsync($"connection_closed {there} outbound {Self}", $"connection_closed {here} inbound none");
        client.Dispose();
        await agent.SnapshotAsync();

        (await agent.StopAsync()).IsPaired().Is(
            $"listener_opened {door} listening {Self}", $"listener_closed {door} listening {Self}",
            $"connection_opened {there} outbound {Self}", $"connection_closed {there} outbound {Self}",
            $"connection_opened {here} inbound none", $"connection_closed {here} inbound none");
    }
}
