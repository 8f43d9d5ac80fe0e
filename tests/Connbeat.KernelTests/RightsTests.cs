using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Microsoft.Extensions.Logging;
using static Connbeat.KernelTests.Agents.Ends;

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
}
