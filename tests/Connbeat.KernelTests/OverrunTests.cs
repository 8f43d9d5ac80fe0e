using System.Net;
using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.KernelTests.Agents;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging;
using static Connbeat.KernelTests.Agents.Ends;

namespace Connbeat.KernelTests;

/// <summary>More ends of connections than the kernel's buffer holds.</summary>
public sealed class OverrunTests
{
    private const int Connections = 400;

    [Fact]
    public async Task What_an_overrun_swallowed_is_counted_and_every_connection_is_closed_all_the_same()
    {
        using NetworkNamespaceLab lab = new();
        using AgentLog log = new();
        using StalledClock clock = new();
        using EndsOfSockets ended = new(lab);
        using Socket listener = lab.Listen(IPAddress.Loopback);
        Socket[] clients = [.. Enumerable.Range(0, Connections).Select(_ => lab.Connect(listener))];
        Socket[] servers = [.. clients.Select(_ => listener.Accept())];
        string[] ends = [.. clients.Select(Of), .. servers.Select(Of)];
        CaptureHappenings happened = new(log.CreateLogger<CaptureHappenings>());
        CaptureStart start = new(WatchedAgent.Options().Capture, ProcNetFiles.None, clock, happened);
        NetlinkEngine smallBuffer = new([Transport.Tcp], new ProcReader(ProcReader.System), happened, receiveBufferBytes: 1);
        PollingCapture capture = lab.Run(() => new PollingCapture(smallBuffer, start.Settings, clock, happened));
        await using BareStages stages = new(lab, capture, log);
        await stages.Output.WaitAsync("every opening", seen => seen.Count(IsOpening) == ends.Length);

        Array.ForEach(clients, client => client.Dispose());
        Array.ForEach(servers, server => server.Dispose());
        ended.Wait(ends.Length);
        clock.LetGo();
        await stages.Output.WaitAsync("every end", seen => seen.Count(IsEnd) == ends.Length);

        SeenEvent[] closed = [.. stages.Output.Events.Where(IsEnd)];
        SeenEvent gap = Assert.Single(stages.Output.Events, seen => seen.Action == "gap");
        Assert.Equal(ends.Order(), closed.Select(seen => seen.Ends).Order());
        Assert.Equal("capture", gap.Text("gap", "stage"));
        Assert.Equal("receive_buffer_overrun", gap.Text("gap", "reason"));
        long lost = gap.Number("gap", "count")!.Value;
        Assert.InRange(lost, 1, ends.Length - 1);
        Assert.Equal(lost, closed.Count(seen => seen.Reason == "lost_in_overrun"));
        Assert.Equal(ends.Length - lost, closed.Count(seen => seen.Reason is null));
        Assert.Equal((1, lost), (happened.Overruns, happened.Lost));
    }

    private static bool IsOpening(SeenEvent seen) => seen.Action == "connection_opened";

    private static bool IsEnd(SeenEvent seen) => seen.Action == "connection_closed";
}
