using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Microsoft.Extensions.Logging;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests.Bpf;

/// <summary>The lives of connections, as the agent tells them by eBPF: none of these tests needs a snapshot but the first.</summary>
public sealed class ConnectionsByBpfTests
{
    private static readonly string Me = $"bpf {Environment.ProcessId}";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_connection_is_told_at_both_ends_with_exact_figures(string address)
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Parse(address));
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        (string there, string here, string door) = (Of(client), Of(server), Of(listener));
        Carry(client, server, 7_001);
        Carry(server, client, 30_011);
        client.Dispose();
        server.Dispose();
        listener.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound {Me}", $"connection_closed {here} inbound {Me}", $"listener_closed {door} listening {Me}");

        Story story = await agent.StopAsync();
        story.IsPaired().Is(
            $"listener_opened {door} listening {Me}", $"listener_closed {door} listening {Me}",
            $"connection_opened {there} outbound {Me}", $"connection_closed {there} outbound {Me}",
            $"connection_opened {here} inbound {Me}", $"connection_closed {here} inbound {Me}");
        SeenEvent near = story.The("connection_closed", there), far = story.The("connection_closed", here);
        Assert.Equal((7_001, 30_011), (near.Number("network", "bytes_sent"), near.Number("network", "bytes_received")));
        Assert.Equal((30_011, 7_001), (far.Number("network", "bytes_sent"), far.Number("network", "bytes_received")));
        Assert.All([near, far], closed =>
        {
            Assert.InRange(closed.Number("event", "duration")!.Value, 1, 60_000_000_000);
            Assert.InRange(closed.Number("network", "rtt_us")!.Value, 1, 1_000_000);
            Assert.Equal(0, closed.Number("network", "retransmits"));
        });
        Assert.Empty(agent.Log.Of(LogLevel.Warning));
        Assert.Empty(agent.Log.Of(LogLevel.Error));
    }

    [Fact]
    public async Task What_was_there_before_is_told_with_its_owners()
    {
        using NetworkNamespaceLab lab = new();
        using LabProcess child = LabProcess.SocketHolder(lab);
        string port = await child.AskAsync("listen 127.0.0.1");
        using Socket waiting = lab.NewSocket(), client = lab.NewSocket();
        client.Connect(IPEndPoint.Parse($"127.0.0.1:{port}"));
        await child.AskAsync("accept");
        waiting.Connect(IPEndPoint.Parse($"127.0.0.1:{port}"));
        using Socket datagrams = lab.BindUdp(IPAddress.Loopback);

        await using WatchedAgent agent = await StartAsync(lab);
        string[] expected =
        [
            $"listener_opened 127.0.0.1:{port} listening fd {child.Pid} (seen_at_start)",
            $"connection_opened {Of(client)} outbound {Self} (seen_at_start)",
            $"connection_opened {Reversed(Of(client))} inbound fd {child.Pid} (seen_at_start)",
            $"connection_opened {Of(waiting)} outbound {Self} (seen_at_start)",
            $"connection_opened {Reversed(Of(waiting))} inbound none (seen_at_start)",
            $"listener_opened {Of(datagrams)} listening {Self} (seen_at_start)",
        ];
        await agent.ToldAsync(expected);

        // Nobody has accepted it: who does, and does nothing with it, is found by the next picture.
        await child.AskAsync("accept");
        string found = $"connection_active {Reversed(Of(waiting))} inbound fd {child.Pid} (owner_found)";
        await agent.SeesAsync(found);
        (await agent.StopAsync()).Is([.. expected, found]);
    }

    [Fact]
    public async Task Connections_between_two_pictures_have_start_and_owner()
    {
        const int Count = 200;

        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        string[] passed = [.. Enumerable.Range(0, Count).Select(_ => Passing(lab, listener))];
        string[] expected = [.. passed.SelectMany(IEnumerable<string> (there) =>
        [
            $"connection_opened {there} outbound {Me}", $"connection_closed {there} outbound {Me}",
            $"connection_opened {Reversed(there)} inbound {Me}", $"connection_closed {Reversed(there)} inbound {Me}",
        ])];
        await agent.ToldAsync(expected);
        await agent.SnapshotAsync();

        Story story = (await agent.StopAsync()).IsPaired(Of(listener));
        story.Is([$"listener_opened {Of(listener)} listening {Me}", .. expected]);
        Assert.All(story.Events.Where(seen => seen.Action == "connection_opened"), seen => Assert.True(seen.Has("event", "start")));
    }

    [Fact]
    public async Task Connects_that_fail_are_told_with_their_error()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        using Socket refused = lab.NewSocket(), unroutable = lab.NewSocket();
        refused.Bind(new IPEndPoint(IPAddress.Loopback, 40_001));
        Assert.Throws<SocketException>(() => refused.Connect(IPAddress.Loopback, 9));
        Assert.Throws<SocketException>(() => unroutable.Connect(IPAddress.Parse("192.0.2.1"), 443));
        unroutable.Dispose();
        await agent.ToldAsync(
            $"connection_failed 127.0.0.1:40001 -> 127.0.0.1:9 outbound {Me}",
            $"connection_failed 0.0.0.0:0 -> 192.0.2.1:443 outbound {Me}");

        Story story = await agent.StopAsync();
        Assert.Equal("ECONNREFUSED", story.The("connection_failed", "127.0.0.1:40001 -> 127.0.0.1:9").Text("error", "code"));
        Assert.Equal(2, story.Events.Count(seen => !seen.IsAgents));
    }

    [Fact]
    public async Task A_socket_with_several_lives_has_each_told_under_an_id_of_its_own()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket client = lab.NewSocket();
        client.Bind(new IPEndPoint(IPAddress.Loopback, 40_002));
        for (int life = 0; life < 3; life++)
        {
            Syscalls.Connect(client, (IPEndPoint)listener.LocalEndPoint!);
            using Socket server = listener.Accept();
            Syscalls.Connect(client, remote: null);
        }

        client.Dispose();
        string there = $"127.0.0.1:40002 -> {Of(listener)}";
        await agent.ToldAsync("six ends", events => events.Count(seen => seen.Action == "connection_closed") == 6);
        Story story = await agent.StopAsync();
        Assert.Equal(3, story.Events.Count(seen => seen.Line == $"connection_opened {there} outbound {Me}"));
        Assert.Equal(3, story.Events.Count(seen => seen.Line == $"connection_closed {there} outbound {Me}"));
    }

    [Fact]
    public async Task An_end_is_told_with_the_name_program_and_user_of_then_and_none_of_before()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using LabProcess shell = LabProcess.Shell(
            lab,
            $"for fd in 7 8 9; do eval \"exec $fd<>/dev/tcp/127.0.0.1/{port}\"; done; echo; " +
            "read line; echo -n renamed >/proc/$$/comm; exec 7>&-; read line; exec setpriv --reuid=65534 --clear-groups cat");
        using Socket closed = listener.Accept(), reset = listener.Accept(), left = listener.Accept();
        string[] ends = [Reversed(Of(closed)), Reversed(Of(reset)), Reversed(Of(left))];
        await shell.HearAsync();
        await agent.ToldAsync([.. ends.Select(there => $"connection_opened {there} outbound bpf {shell.Pid}")]);
        await shell.SayAsync("close");
        Assert.Equal(0, closed.Receive(new byte[1]));
        closed.Dispose();
        await agent.ToldAsync($"connection_closed {ends[0]} outbound bpf {shell.Pid}");
        await shell.SayAsync("become another program");
        Assert.Equal("cat", await shell.AskAsync("cat"));
        reset.LingerState = new LingerOption(true, 0);
        reset.Dispose(); // its end is told in softirq, where nobody can be asked
        await agent.ToldAsync($"connection_closed {ends[1]} outbound bpf {shell.Pid}");
        shell.Kill();
        left.Dispose();
        await agent.ToldAsync($"connection_closed {ends[2]} outbound bpf {shell.Pid}");

        Story story = await agent.StopAsync();
        Assert.Equal(["bash bash 0", "bash bash 0", "bash bash 0"], ends.Select(there => ToldOf("connection_opened", there)));
        Assert.Equal(["renamed bash 0", "cat cat 65534", "cat cat 65534"], ends.Select(there => ToldOf("connection_closed", there)));

        string ToldOf(string action, string there)
        {
            SeenEvent seen = story.The(action, there);
            string program = Path.GetFileName(seen.Text("local_process", "executable")!);
            return $"{seen.Text("local_process", "name")} {program} {seen.Number("local_process", "uid")}";
        }
    }

    [Fact]
    public async Task A_reset_ends_both_ends_and_what_was_half_closed_lives_on()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using Socket half = lab.Connect(listener);
        using Socket other = listener.Accept();
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        (string there, string here, string halfEnds) = (Of(client), Of(server), Of(half));
        half.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, other.Receive(new byte[1]));
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound {Me}", $"connection_closed {here} inbound uid 0");
        Carry(other, half, 5_003);
        half.Dispose();
        other.Dispose();
        await agent.ToldAsync($"connection_closed {halfEnds} outbound {Me}", $"connection_closed {Reversed(halfEnds)} inbound {Me}");

        Story story = await agent.StopAsync();
        Assert.Equal(5_003, story.The("connection_closed", halfEnds).Number("network", "bytes_received"));
        Assert.Equal(2, story.Events.Count(seen => seen.Action == "connection_closed" && seen.Ends == there || seen.Action == "connection_closed" && seen.Ends == here));
    }

    [Fact]
    public async Task The_agents_own_sockets_are_not_told()
    {
        using NetworkNamespaceLab lab = new();
        using LabProcess child = LabProcess.SocketHolder(lab);
        AgentOptions options = WatchedAgent.Options(source: CaptureSource.Ebpf);
        await using WatchedAgent agent = await WatchedAgent.StartAsync(
            lab, options with { Capture = options.Capture with { Filter = new() { IncludeSelf = false } } });
        string port = await child.AskAsync("listen 127.0.0.1");
        using Socket client = lab.NewSocket();
        client.Connect(IPEndPoint.Parse($"127.0.0.1:{port}"));
        using Socket listener = lab.Listen(IPAddress.Loopback);
        await child.AskAsync("accept");
        await child.AskAsync($"connect 127.0.0.1 {((IPEndPoint)listener.LocalEndPoint!).Port}");
        using Socket server = listener.Accept();
        string accepted = $"{Reversed(Of(client))} inbound", connected = $"{Reversed(Of(server))} outbound bpf {child.Pid}";
        server.Send(new byte[1]);
        client.Dispose();
        server.Dispose();
        child.Kill();
        await agent.ToldAsync($"connection_closed {connected}");
        await agent.ToldAsync("the end of the other", events => events.Any(seen => seen.Line.StartsWith($"connection_closed {accepted}", StringComparison.Ordinal)));
        await agent.SnapshotAsync();

        Story story = await agent.StopAsync();
        Assert.DoesNotContain(story.Events, seen => seen.Number("local_process", "pid") == Environment.ProcessId);
        Assert.Equal(6, story.Events.Count(seen => !seen.IsAgents));
    }

    private static Task<WatchedAgent> StartAsync(NetworkNamespaceLab lab) =>
        WatchedAgent.StartAsync(lab, WatchedAgent.Options(source: CaptureSource.Ebpf));

    private static void Carry(Socket from, Socket to, int count)
    {
        byte[] buffer = new byte[count];
        from.Send(buffer);
        for (int received = 0; received < count;)
        {
            received += to.Receive(buffer.AsSpan(received));
        }
    }
}
