using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Connbeat.Capture;
using Connbeat.Delivery;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Connbeat.Tracking;
using Microsoft.Extensions.Logging;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>More ends of connections than the kernel's buffer holds: the agent's stages, around a buffer for hardly one.</summary>
public sealed class OverrunTests
{
    private const int Connections = 400;

    [Fact]
    public async Task What_an_overrun_swallowed_is_counted_and_every_connection_is_closed_all_the_same()
    {
        using NetworkNamespaceLab lab = new();
        using AgentLog log = new();
        using NetlinkCapture capture = lab.Run(() => new NetlinkCapture(
            TimeSpan.FromHours(1), receiveBufferBytes: 1, BootTime.Clock, new CaptureHappenings(log.CreateLogger<CaptureHappenings>())));
        CollectingOutput output = new();
        MemoryLog events = new(new MemoryLogLimits(65_536, 1 << 26), BootTime.Clock, new DeliveryHappenings(log.CreateLogger<DeliveryHappenings>()));
        Pump pump = new(output, events.Open(output.Name), WatchedAgent.Options().Output.Console.Pump, BootTime.Clock, new DeliveryHappenings(log.CreateLogger<DeliveryHappenings>()));
        using ConnbeatEncoder encoder = new(Agent.HostFactsOf(WatchedAgent.Options(), Guid.NewGuid()), new LocalAddresses());
        AgentLoop loop = Join(capture, encoder, events);
        using CancellationTokenSource stop = new();

        using Socket listener = lab.Listen(IPAddress.Loopback);
        Socket[] clients = [.. Enumerable.Range(0, Connections).Select(_ => lab.Connect(listener))];
        Socket[] servers = [.. clients.Select(_ => listener.Accept())];
        string[] ends = [.. clients.Select(Of), .. servers.Select(Of)];
        Task pumping = Task.Run(() => pump.RunAsync(CancellationToken.None), TestContext.Current.CancellationToken);
        Task looping = Task.Run(() => loop.RunAsync(once: false, stop.Token), TestContext.Current.CancellationToken);
        capture.Start();
        await output.WaitAsync("every opening", seen => seen.Count(one => one.Action == "connection_opened") == ends.Length);

        Array.ForEach(clients, client => client.Dispose());
        Array.ForEach(servers, server => server.Dispose());
        await output.WaitAsync("every end", seen => seen.Count(one => one.Action == "connection_closed") == ends.Length);
        await stop.CancelAsync();
        await looping.ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        capture.Dispose();
        loop.Finish();
        events.Complete();
        await pumping;

        AssertStory(output.Events, ends);
    }

    private static void AssertStory(IReadOnlyList<SeenEvent> told, string[] ends)
    {
        SeenEvent[] closed = [.. told.Where(seen => seen.Action == "connection_closed")];
        SeenEvent[] gaps = [.. told.Where(seen => seen.Action == "gap")];
        Assert.Equal(Enumerable.Range(1, told.Count).Select(sequence => (long)sequence), told.Select(seen => seen.Sequence));
        Assert.Equal(ends.Order(), closed.Select(seen => seen.Ends).Order());
        Assert.NotEmpty(gaps);
        Assert.All(gaps, gap => Assert.Equal(
            ("capture", "receive_buffer_overrun"), (gap.Text("gap", "stage"), gap.Text("gap", "reason"))));

        // A message may be there and yet be read only after the picture in which its socket is missing.
        long lost = gaps.Sum(gap => gap.Number("gap", "count")!.Value);
        Assert.InRange(closed.LongCount(seen => seen.Reason == "lost_in_overrun"), Math.Max(lost, 1), ends.Length);
        Assert.All(closed, seen => Assert.True(seen.Reason is null or "lost_in_overrun", seen.Line));
    }

    private static AgentLoop Join(NetlinkCapture capture, ConnbeatEncoder encoder, MemoryLog events)
    {
        WallClock wall = new(BootTime.Clock);
        EventStream stream = new(encoder, new EventIds(Guid.NewGuid(), Guid.NewGuid()), events, null, wall, BootTime.Clock);
        ListenerTable listeners = new();
        OwnerSearch owners = new(new ProcessDirectory(), isOn: false);
        Announcements announcements = new(WatchedAgent.Options().Tracking, listeners, owners, stream.Tell);
        return new AgentLoop(
            capture, null, Channel.CreateUnbounded<ProcessScan>().Reader, new ConnectionTable(listeners, announcements), announcements,
            owners, stream, events, null, wall, BootTime.Clock, new LoopLimits(TimeSpan.FromMilliseconds(5), 65_536));
    }
}
