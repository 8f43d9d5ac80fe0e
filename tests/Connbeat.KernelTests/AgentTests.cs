using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>The agent as a whole, at its own pace.</summary>
[Collection(nameof(Alone))]
public sealed class AgentTests
{
    [Fact]
    public async Task Polling_by_itself_it_tells_each_connection_once_whenever_it_looked()
    {
        const int Connections = 300;

        using NetworkNamespaceLab lab = new();
        AgentOptions options = WatchedAgent.Options();
        await using WatchedAgent agent = await WatchedAgent.StartAsync(lab, options with
        {
            Capture = options.Capture with { PollInterval = TimeSpan.FromMilliseconds(10) },
        });
        using Socket listener = lab.Listen(IPAddress.Loopback);
        string door = Of(listener);
        await agent.ToldAsync($"listener_opened {door} listening {Self}");
        List<string> ends = [];
        for (int connection = 0; connection < Connections; connection++)
        {
            using Socket client = lab.Connect(listener);
            using Socket server = listener.Accept();
            ends.AddRange([Of(client), Of(server)]);
        }

        await agent.ToldAsync("every end", events =>
            events.Count(seen => seen.Action is "connection_closed") == ends.Count);
        listener.Dispose();
        await agent.ToldAsync("the last end", events => events.Any(seen => seen.Action is "listener_closed"));

        Story story = (await agent.StopAsync()).IsPaired();
        Assert.Equal(
            ends.Order(),
            story.Events.Where(seen => seen.Action == "connection_opened").Select(seen => seen.Ends).Order());
        foreach (SeenEvent seen in story.Events.Where(seen => !seen.IsAgents))
        {
            bool isServers = seen.Ends.StartsWith(door, StringComparison.Ordinal);
            string direction = seen.Ends == door ? "listening" : isServers ? "inbound" : "outbound";
            Assert.Equal(direction, seen.Text("network", "direction"));

            // Some are seen and end before anybody looked at the processes.
            Assert.Contains(seen.Owner, new[] { Self, "uid 0", "none" });
        }
    }

    [Fact]
    public async Task Fifty_starts_and_stops_leave_no_descriptor_and_no_thread()
    {
        using NetworkNamespaceLab lab = new();
        using Socket listener = lab.Listen(IPAddress.Loopback);
        await RunOnceAsync(lab, listener);
        int descriptors = Settled("fd"), threads = Settled("task");

        for (int round = 0; round < 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => RunOnceAsync(lab, listener))));
        }

        Assert.Equal(descriptors, Settled("fd"));
        Assert.True(SpinWait.SpinUntil(() => Settled("task") <= threads, TimeSpan.FromSeconds(10)), "threads are left");
    }

    private static async Task RunOnceAsync(NetworkNamespaceLab lab, Socket listener)
    {
        CollectingOutput output = new();
        using AgentLog log = new();
        await using Agent agent = lab.Run(() => new Agent(WatchedAgent.Options(), [output.Plan], log, BootTime.Clock));
        await agent.RunAsync(once: true, TestContext.Current.CancellationToken);
        Story.Of(output.Events).Is($"listener_opened {Of(listener)} listening {Self} (seen_at_start)");
    }

    /// <summary>How many entries there are, without those that other tests have merely forgotten.</summary>
    private static int Settled(string folder)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Directory.GetFileSystemEntries($"/proc/self/{folder}").Length;
    }
}
