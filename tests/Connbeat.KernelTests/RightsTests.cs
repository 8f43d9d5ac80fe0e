using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux.ProcFs;
using Microsoft.Extensions.Logging;
using static Connbeat.KernelTests.Agents.Ends;
using static Connbeat.Tests.Shared.UnprivilegedThread;

namespace Connbeat.KernelTests;

/// <summary>What an agent without rights still tells.</summary>
public sealed class RightsTests
{
    [Fact]
    public async Task Without_rights_the_user_is_told_and_the_lack_is_said_once()
    {
        using NetworkNamespaceLab lab = new();
        using Socket listener = lab.Listen(IPAddress.Loopback);
        using LabProcess other = LabProcess.SocketHolder(lab);
        using LabProcess another = LabProcess.SocketHolder(lab);
        string port = await other.AskAsync("listen 127.0.0.2");
        await another.AskAsync("become 1234");
        await another.AskAsync($"connect 127.0.0.2 {port}");
        lab.DropRights();

        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab);
        await agent.ToldAsync($"listener_opened 127.0.0.2:{port} listening uid 0 (seen_at_start)");
        await other.AskAsync("accept");
        await agent.SnapshotAsync();
        await agent.SnapshotAsync();
        string second = await other.AskAsync("listen 127.0.0.3");
        await agent.SeesAsync($"listener_opened 127.0.0.3:{second} listening uid 0");

        Story story = await agent.StopAsync();
        string there = story.Events.Single(seen => seen.Line.Contains(" outbound ")).Ends;
        story.Is(
            $"listener_opened {Of(listener)} listening {Self} (seen_at_start)", // its own descriptors may be looked at
            $"listener_opened 127.0.0.2:{port} listening uid 0 (seen_at_start)",
            $"listener_opened 127.0.0.3:{second} listening uid 0",
            $"connection_opened {there} outbound uid 1234 (seen_at_start)",
            $"connection_opened {Reversed(there)} inbound none (seen_at_start)");
        Assert.Contains("may not be looked at", Assert.Single(agent.Log.Of(LogLevel.Warning)));
        Assert.Empty(agent.Log.Of(LogLevel.Error));
    }

    [Fact]
    public async Task Without_rights_other_namespaces_are_read_from_proc_and_that_is_said_once()
    {
        using NetworkNamespaceLab lab = new(), elsewhere = new(), mine = new();
        using LabProcess others = LabProcess.SocketHolder(elsewhere);
        using LabProcess own = new(
            mine, "setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups",
            "bash", "-c", "exec 9<>/dev/udp/127.0.0.1/5300; echo ready; read line");
        string port = await others.AskAsync("listen 127.0.0.1");
        Assert.Equal("ready", await own.HearAsync());

        // The number of that namespace is not for everybody; what stands in for it is.
        uint hidden = ProcNetTable.NetInode(new ProcReader(ProcReader.System), others.Pid)!.Value;
        string first = $"127.0.0.1:{port} listening uid 0";
        lab.DropRights();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, WatchedAgent.Everywhere());
        await agent.ToldAsync($"listener_opened {first} (seen_at_start) in {hidden}");
        await agent.ToldAsync("the datagrams of its own user", events => events.Any(seen => seen.Namespace == mine.Namespace));
        string second = $"127.0.0.2:{await others.AskAsync("listen 127.0.0.2")} listening uid 0";
        await agent.SeesAsync($"listener_opened {second} in {hidden}");
        await others.AskAsync("close");
        await agent.SeesAsync($"listener_closed {second} in {hidden}");
        others.Kill();
        await agent.SeesAsync($"listener_closed {first} in {hidden}");

        Story story = await agent.StopAsync();
        story.In(hidden).Is(
            $"listener_opened {first} (seen_at_start) in {hidden}", $"listener_closed {first} in {hidden}",
            $"listener_opened {second} in {hidden}", $"listener_closed {second} in {hidden}");
        SeenEvent datagrams = Assert.Single(story.In(mine.Namespace).Events);
        Assert.EndsWith($"-> 127.0.0.1:5300 outbound fd {own.Pid} (seen_at_start) in {mine.Namespace}", datagrams.Line);
        Assert.Single(agent.Log.Of(LogLevel.Warning), line => line.Contains("may not be entered"));
        Assert.Single(agent.Log.Of(LogLevel.Warning), line => line.Contains("may not be looked at"));
        Assert.Equal(2, agent.Log.Of(LogLevel.Warning).Count);
        Assert.Empty(agent.Log.Of(LogLevel.Error));
    }
}
