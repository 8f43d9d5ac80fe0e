using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>An agent that does not tell of the sockets of its own process, which is that of the test.</summary>
public sealed class SelfTests
{
    [Fact]
    public async Task The_agents_own_sockets_are_not_told_and_what_they_are_connected_to_is()
    {
        using NetworkNamespaceLab lab = new();
        using LabProcess child = LabProcess.SocketHolder(lab);
        AgentOptions options = WatchedAgent.Options();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(
            lab, options with { Capture = options.Capture with { Filter = new() { IncludeSelf = false } } });
        string port = await child.AskAsync("listen 127.0.0.1");
        string door = $"127.0.0.1:{port} listening fd {child.Pid}";
        using Socket client = lab.NewSocket();
        client.Connect(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
        using Socket listener = lab.Listen(IPAddress.Loopback), datagrams = lab.BindUdp(IPAddress.Loopback);
        await child.AskAsync("accept");
        await child.AskAsync($"connect 127.0.0.1 {((IPEndPoint)listener.LocalEndPoint!).Port}");
        using Socket server = listener.Accept();
        string accepted = $"{Reversed(Of(client))} inbound fd {child.Pid}";
        string connected = $"{Reversed(Of(server))} outbound fd {child.Pid}";
        await agent.SeesAsync(
            $"listener_opened {door}", $"connection_opened {accepted}", $"connection_opened {connected}");

        // The end of a socket comes without an inode, and is recognised all the same.
        Array.ForEach([client, server, listener, datagrams], socket => socket.Dispose());
        child.Kill();
        await agent.SeesAsync(
            $"listener_closed {door}", $"connection_closed {accepted}", $"connection_closed {connected}");
        await agent.SnapshotAsync();

        (await agent.StopAsync()).Is(
            $"listener_opened {door}", $"listener_closed {door}", $"connection_opened {accepted}",
            $"connection_closed {accepted}", $"connection_opened {connected}", $"connection_closed {connected}");
    }
}
