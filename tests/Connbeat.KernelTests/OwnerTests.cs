using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Shared;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>Owners, checked against the processes that the tests themselves started.</summary>
public sealed class OwnerTests
{
    [Fact]
    public async Task A_shells_connection_is_the_shells()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using LabProcess shell = LabProcess.Shell(
            lab, $"exec 9<>/dev/tcp/127.0.0.1/{PortOf(listener)}; echo ready; read line");
        using Socket server = listener.Accept();
        Assert.Equal("ready", await shell.HearAsync());
        await agent.SeesAsync($"connection_opened {Reversed(Of(server))} outbound fd {shell.Pid}");

        SeenEvent opened = (await agent.StopAsync()).The("connection_opened", Reversed(Of(server)));
        Assert.Equal("bash", opened.Text("local_process", "name"));
        Assert.EndsWith("/bash", opened.Text("local_process", "executable"), StringComparison.Ordinal);
        Assert.StartsWith("bash -c exec 9<>", opened.Text("local_process", "cmdline"), StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId, opened.Number("local_process", "ppid"));
        Assert.Equal(0, opened.Number("local_process", "uid"));
        Assert.Equal("root", opened.Text("local_process", "user"));
        ProcReader proc = new(ProcReader.System);
        Assert.Equal(SystemdUnit.Of(Cgroup.Read(proc, shell.Pid)), opened.Text("local_process", "unit"));
    }

    [Fact]
    public async Task Both_ends_are_their_own_processes()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using LabProcess server = LabProcess.SocketHolder(lab);
        using LabProcess client = LabProcess.SocketHolder(lab);
        string port = await server.AskAsync("listen 127.0.0.1");
        await client.AskAsync($"connect 127.0.0.1 {port}");
        await server.AskAsync("accept");
        await agent.SeesAsync($"listener_opened 127.0.0.1:{port} listening fd {server.Pid}");
        await agent.ToldAsync("both ends", events => events.Count(seen => seen.Action == "connection_opened") == 2);
        server.Kill();
        client.Kill();
        await agent.ToldAsync("the end of all", events =>
            events.Count(seen => seen.Action is "connection_closed" or "listener_closed") == 3);

        Story story = (await agent.StopAsync()).IsPaired();
        string there = story.Events.Single(seen =>
            seen.Action == "connection_opened" && seen.Text("network", "direction") == "outbound").Ends;
        string here = Reversed(there);
        story.Is(
            $"listener_opened 127.0.0.1:{port} listening fd {server.Pid}",
            $"listener_closed 127.0.0.1:{port} listening fd {server.Pid}",
            $"connection_opened {there} outbound fd {client.Pid}",
            $"connection_closed {there} outbound fd {client.Pid}",
            $"connection_opened {here} inbound fd {server.Pid}",
            $"connection_closed {here} inbound fd {server.Pid}");
    }

    [Fact]
    public async Task A_process_is_told_by_its_new_name_after_it_renames_itself_or_becomes_another_program()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        string connect = $"9<>/dev/tcp/127.0.0.1/{PortOf(listener)}";
        using LabProcess shell = LabProcess.Shell(
            lab, $"exec {connect}; echo -n 'new (name' > /proc/$$/comm; echo ready; read line; " +
                $"exec 8{connect[1..]}; exec cat");
        using Socket first = listener.Accept();
        Assert.Equal("ready", await shell.HearAsync());
        await agent.SeesAsync($"connection_opened {Reversed(Of(first))} outbound fd {shell.Pid}");

        Task<Socket> accepting = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.Equal("go", await AnswerOfCat(shell));
        using Socket second = await accepting;
        await agent.SeesAsync($"connection_opened {Reversed(Of(second))} outbound fd {shell.Pid}");

        Story story = await agent.StopAsync();
        SeenEvent before = story.The("connection_opened", Reversed(Of(first)));
        SeenEvent after = story.The("connection_opened", Reversed(Of(second)));
        Assert.Equal("new (name", before.Text("local_process", "name"));
        Assert.EndsWith("/bash", before.Text("local_process", "executable"), StringComparison.Ordinal);
        Assert.Equal("cat", after.Text("local_process", "name"));
        Assert.EndsWith("/cat", after.Text("local_process", "executable"), StringComparison.Ordinal);
        Assert.Equal(before.Text("local_process", "start"), after.Text("local_process", "start"));

        // The shell takes the first line, and the cat that it becomes answers the second.
        static async Task<string> AnswerOfCat(LabProcess shell)
        {
            await shell.SayAsync("on");
            return await shell.AskAsync("go");
        }
    }

    [Theory]
    [InlineData(UnprivilegedThread.Nobody)]
    [InlineData(4_000_000_001)]
    public async Task The_user_of_a_process_is_told(uint user)
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using LabProcess shell = new(
            lab, "setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups",
            "bash", "-c", $"exec 9<>/dev/tcp/127.0.0.1/{PortOf(listener)}; echo ready; read line");
        using Socket server = listener.Accept();
        Assert.Equal("ready", await shell.HearAsync());
        await agent.SeesAsync($"connection_opened {Reversed(Of(server))} outbound fd {shell.Pid}");

        SeenEvent opened = (await agent.StopAsync()).The("connection_opened", Reversed(Of(server)));
        Assert.Equal(user, opened.Number("local_process", "uid"));
        Assert.Equal(Connbeat.Linux.LibC.UserName(user), opened.Text("local_process", "user"));
    }

    [Fact]
    public async Task A_listener_that_only_a_child_still_holds_is_the_childs()
    {
        using NetworkNamespaceLab lab = new();
        using LabProcess parent = LabProcess.SocketHolder(lab);
        string port = await parent.AskAsync("listen 127.0.0.1");
        string heir = await parent.AskAsync("bequeath");
        await parent.AskAsync("close");
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        await agent.ToldAsync($"listener_opened 127.0.0.1:{port} listening fd {heir} (seen_at_start)");
        await parent.AskAsync("bury");
        await agent.ToldAsync($"listener_closed 127.0.0.1:{port} listening fd {heir}");

        (await agent.StopAsync()).IsPaired().Is(
            $"listener_opened 127.0.0.1:{port} listening fd {heir} (seen_at_start)",
            $"listener_closed 127.0.0.1:{port} listening fd {heir}");
    }

    [Fact]
    public async Task A_connection_lives_until_the_last_process_that_inherited_it_lets_go()
    {
        using NetworkNamespaceLab lab = new();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using LabProcess parent = LabProcess.SocketHolder(lab);
        await parent.AskAsync($"connect 127.0.0.1 {PortOf(listener)}");
        using Socket server = listener.Accept();
        string here = Of(server), there = Reversed(here);
        await parent.AskAsync("bequeath");
        await agent.SeesAsync(
            $"connection_opened {there} outbound fd {parent.Pid}", $"connection_opened {here} inbound {Self}");
        await parent.AskAsync("close");
        await agent.SnapshotAsync();
        Assert.DoesNotContain(agent.Events, seen => seen.Action == "connection_closed");
        await parent.AskAsync("bury");
        server.Dispose();
        await agent.ToldAsync(
            $"connection_closed {there} outbound fd {parent.Pid}", $"connection_closed {here} inbound {Self}");

        (await agent.StopAsync()).Is(
            $"listener_opened {Of(listener)} listening {Self}",
            $"connection_opened {here} inbound {Self}", $"connection_closed {here} inbound {Self}",
            $"connection_opened {there} outbound fd {parent.Pid}",
            $"connection_closed {there} outbound fd {parent.Pid}");
    }

    [Fact]
    public async Task Thousands_of_sockets_at_the_start_each_have_their_owner()
    {
        const int Processes = 2, Each = 1_000;

        using NetworkNamespaceLab lab = new();
        using Socket listener = lab.Listen(IPAddress.Loopback, backlog: Each);
        List<(Socket Server, int Client)> held = [];
        List<LabProcess> holders = [];
        for (int process = 0; process < Processes; process++)
        {
            LabProcess holder = LabProcess.SocketHolder(lab);
            holders.Add(holder);
            Task<string> connected = holder.AskAsync($"connect 127.0.0.1 {PortOf(listener)} {Each}");
            for (int connection = 0; connection < Each; connection++)
            {
                held.Add((listener.Accept(), holder.Pid));
            }

            Assert.Equal("ok", await connected);
        }

        string[] lines = [.. held.SelectMany(IEnumerable<string> (pair) =>
        [
            $"connection_opened {Of(pair.Server)} inbound {Self} (seen_at_start)",
            $"connection_opened {Reversed(Of(pair.Server))} outbound fd {pair.Client} (seen_at_start)",
        ])];
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        await agent.ToldAsync("all", events => events.Count > lines.Length + 1);
        Story story = await agent.StopAsync();
        story.Is([$"listener_opened {Of(listener)} listening {Self} (seen_at_start)", .. lines]);
        Assert.DoesNotContain(story.Events, seen => seen.Has("event", "start"));

        held.ForEach(pair => pair.Server.Dispose());
        holders.ForEach(holder => holder.Dispose());
    }

    private static string PortOf(Socket listener) =>
        ((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
}
