using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Microsoft.Extensions.Logging;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests.Bpf;

/// <summary>Whom UDP sockets talk to and how much, as the agent tells it by eBPF: each datagram is in one flow.</summary>
public sealed class FlowsByBpfTests
{
    private static readonly string Me = $"bpf {Environment.ProcessId}";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_question_and_its_answer_are_a_flow_at_both_ends_with_exact_figures(string address)
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        IPAddress here = IPAddress.Parse(address);
        using Socket server = lab.BindUdp(here), client = lab.BindUdp(here);
        string there = Flow(client, server);
        Ask(client, server, question: 31, answer: 512);
        Ask(client, server, question: 0, answer: 1_200);
        client.Dispose();
        server.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound {Me}", $"connection_closed {Reversed(there)} inbound {Me}");

        Story story = (await agent.StopAsync()).IsPaired();
        SeenEvent asked = story.The("connection_closed", there), answered = story.The("connection_closed", Reversed(there));
        Assert.Equal((2, 31, 2, 1_712), Figures(asked));
        Assert.Equal((2, 1_712, 2, 31), Figures(answered));
        Assert.All([asked, answered], closed => Assert.InRange(closed.Number("event", "duration")!.Value, 1, 60_000_000_000));
        Assert.Equal(2, story.Events.Count(seen => seen.Action == "connection_opened"));
        Assert.Empty(agent.Log.Of(LogLevel.Warning));
        Assert.Empty(agent.Log.Of(LogLevel.Error));
    }

    [Fact]
    public async Task A_hundred_thousand_datagrams_over_a_thousand_peers_are_all_accounted_for()
    {
        const int Peers = 1_000, Rounds = 50;

        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        using Socket server = lab.BindUdp(IPAddress.Any);
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        Socket[] peers =
            [.. Enumerable.Range(0, Peers).Select(peer => lab.BindUdp(new IPAddress([127, 1, (byte)(peer / 250), (byte)((peer % 250) + 1)]), 5_300))];
        lab.Run(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                for (int peer = 0; peer < Peers; peer++)
                {
                    Ask(peers[peer], server, question: 20 + (peer % 50), answer: 100 + round, at: new IPEndPoint(IPAddress.Loopback, port));
                }
            }
        });
        Array.ForEach(peers, peer => peer.Dispose());
        server.Dispose();
        const int Events = 1 + (2 * (Peers + 1)) + (4 * Peers); // the run's, the sockets', the flows'
        await agent.ToldAsync("all ends", events => events.Count == Events);

        Dictionary<string, SeenEvent> ends = (await agent.StopAsync()).IsPaired().Events
            .Where(seen => seen.Action == "connection_closed").ToDictionary(seen => seen.Ends);
        const int Answers = (Rounds * 100) + (Rounds * (Rounds - 1) / 2);
        for (int peer = 0; peer < Peers; peer++)
        {
            string there = $"udp 127.1.{peer / 250}.{(peer % 250) + 1}:5300 -> 127.0.0.1:{port}";
            int questions = Rounds * (20 + (peer % 50));
            Assert.Equal((Rounds, questions, Rounds, Answers), Figures(ends[there]));
            Assert.Equal((Rounds, Answers, Rounds, questions), Figures(ends[Reversed(there)]));
        }
    }

    [Fact]
    public async Task A_flow_that_is_silent_is_over_and_a_new_one_when_it_is_not()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab, options => options with { UdpIdle = TimeSpan.FromSeconds(1) });
        using Socket server = lab.BindUdp(IPAddress.Loopback), client = lab.BindUdp(IPAddress.Loopback);
        string there = Flow(client, server);
        Ask(client, server, question: 10, answer: 20);
        string idle = $"connection_closed {there} outbound {Me} (idle)";
        await agent.ToldAsync(idle, $"connection_closed {Reversed(there)} inbound {Me} (idle)");
        Ask(client, server, question: 30, answer: 40);
        await agent.ToldAsync(idle, idle);

        Story story = (await agent.StopAsync()).IsPaired();
        SeenEvent[] ends = [.. story.Events.Where(seen => seen.Action == "connection_closed" && seen.Ends == there)];
        Assert.Equal([(1, 10, 1, 20), (1, 30, 1, 40)], ends.Select(Figures));
        Assert.Equal(4, story.Events.Where(seen => !seen.IsAgents && seen.Ends == there).Select(seen => seen.Id).Distinct().Count());
        Assert.All(ends, end => Assert.InRange(end.Number("event", "duration")!.Value, 0, 900_000_000)); // until the last datagram
    }

    [Fact]
    public async Task Who_only_receives_is_known_by_the_socket_that_it_holds()
    {
        using NetworkNamespaceLab lab = new();
        using Socket server = lab.BindUdp(IPAddress.Loopback);
        using LabProcess child = LabProcess.SocketHolder(lab);
        await using WatchedAgent agent = await StartAsync(lab);
        string port = await child.AskAsync($"tell 127.0.0.1 {((IPEndPoint)server.LocalEndPoint!).Port} 3 77");
        string there = $"udp 127.0.0.1:{port} -> {Of(server)[4..]}";
        await agent.ToldAsync($"connection_opened {there} outbound bpf {child.Pid}");
        await child.AskAsync("close");
        server.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound bpf {child.Pid}", $"connection_closed {Reversed(there)} inbound {Self}");

        Story story = await agent.StopAsync();
        Assert.Equal((0, 0, 3, 231), Figures(story.The("connection_closed", Reversed(there)))); // none of them was read
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_connected_socket_between_two_pictures_has_its_owner_and_its_figures(string address)
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab);
        IPAddress here = IPAddress.Parse(address);
        using Socket server = lab.BindUdp(here), client = lab.BindUdp(here);
        client.Connect(server.LocalEndPoint!);
        string there = Of(client);
        client.Send(new byte[25]);
        Assert.Equal(25, server.Receive(new byte[100]));
        client.Dispose();
        server.Dispose();
        await agent.ToldAsync($"connection_opened {there} outbound {Me}", $"connection_closed {there} outbound {Me}");
        await agent.SnapshotAsync();

        Story story = (await agent.StopAsync()).IsPaired();
        Assert.Equal((1, 25, 0, 0), Figures(story.The("connection_closed", there)));
        Assert.Equal(2, story.Events.Count(seen => !seen.IsAgents && seen.Ends == there)); // and it was no listener
    }

    [Fact]
    public async Task What_a_connected_socket_counts_goes_on_where_it_was_silent()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await StartAsync(lab, options => options with { UdpIdle = TimeSpan.FromSeconds(1) });
        using Socket server = lab.BindUdp(IPAddress.Loopback), client = lab.BindUdp(IPAddress.Loopback);
        client.Connect(server.LocalEndPoint!);
        string there = Of(client);
        client.Send(new byte[25]);
        await agent.ToldAsync($"connection_closed {Reversed(there)} inbound uid 0 (idle)"); // by then the other end is over
        client.Send(new byte[50]);
        client.Dispose();
        await agent.ToldAsync($"connection_closed {there} outbound {Me}");

        Story story = await agent.StopAsync();
        Assert.Equal((2, 75, 0, 0), Figures(story.The("connection_closed", there)));
        Assert.Equal(2, story.Events.Count(seen => !seen.IsAgents && seen.Ends == there));
    }

    [Fact]
    public async Task What_is_filtered_out_and_the_agents_own_is_not_told()
    {
        using NetworkNamespaceLab lab = new();
        using LabProcess child = LabProcess.SocketHolder(lab);
        await using WatchedAgent agent = await StartAsync(
            lab, options => options with { Filter = new() { ExcludePorts = [new PortRange(5_301, 5_301)], IncludeSelf = false } });
        using Socket server = lab.BindUdp(IPAddress.Loopback), unwanted = lab.BindUdp(IPAddress.Loopback, 5_301), own = lab.BindUdp(IPAddress.Loopback);
        Ask(own, unwanted, question: 1, answer: 1);
        Ask(own, server, question: 1, answer: 1);
        string port = await child.AskAsync($"tell 127.0.0.1 {((IPEndPoint)server.LocalEndPoint!).Port} 1 10");
        string excluded = await child.AskAsync("tell 127.0.0.1 5301 1 10");
        await child.AskAsync("close");
        await child.AskAsync("close");
        await agent.ToldAsync("the end", events => events.Any(seen => seen.Action == "connection_closed" && seen.Number("local_port") == int.Parse(port)));

        Story story = await agent.StopAsync();
        Assert.DoesNotContain(story.Events, seen => seen.Number("local_process", "pid") == Environment.ProcessId);
        Assert.DoesNotContain(story.Events, seen => seen.Action.StartsWith("connection_", StringComparison.Ordinal) && seen.Number("local_port") == int.Parse(excluded));
    }

    private static Task<WatchedAgent> StartAsync(NetworkNamespaceLab lab, Func<CaptureOptions, CaptureOptions>? with = null)
    {
        AgentOptions options = WatchedAgent.Options(source: CaptureSource.Ebpf);
        CaptureOptions capture = options.Capture with { UdpFlows = true };
        return WatchedAgent.StartAsync(lab, options with { Capture = with?.Invoke(capture) ?? capture });
    }

    private static string Flow(Socket from, Socket to) => $"{Of(from)} -> {Of(to)[4..]}"; // "udp " stands there once

    private static void Ask(Socket client, Socket server, int question, int answer, EndPoint? at = null)
    {
        byte[] buffer = new byte[2_048];
        EndPoint from = client.AddressFamily is AddressFamily.InterNetworkV6 ? new IPEndPoint(IPAddress.IPv6Any, 0) : new IPEndPoint(IPAddress.Any, 0);
        client.SendTo(buffer.AsSpan(0, question), at ?? server.LocalEndPoint!);
        Assert.Equal(question, server.ReceiveFrom(buffer, ref from));
        server.SendTo(buffer.AsSpan(0, answer), from);
        Assert.Equal(answer, client.Receive(buffer));
    }

    private static (long?, long?, long?, long?) Figures(SeenEvent told) => (
        told.Number("network", "packets_sent"), told.Number("network", "bytes_sent"),
        told.Number("network", "packets_received"), told.Number("network", "bytes_received"));
}
