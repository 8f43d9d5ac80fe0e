using System.Text.Json;
using Connbeat.Config;
using Connbeat.Enrichment.Tunnels;
using Connbeat.Events;
using Connbeat.StrongSwan.Vici;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests;

public sealed class TunnelEventsTests
{
    private static readonly TrackingOptions Impatient = new() { OwnerWait = TimeSpan.Zero };

    private static readonly IkeConfig Configured = new("site", [new ChildConfig("net", "TUNNEL", ["0.0.0.0/0"], ["0.0.0.0/0"])]);

    private static readonly TunnelMap Down = new([Configured], []);

    private static readonly TunnelMap Up = new(
        [Configured],
        [IkeSa.Read("site", ViciSection.Empty) with
        {
            Children = [ChildSa.Read(ViciSection.Empty) with { Name = "net", State = "INSTALLED", ReqId = "7", LocalTs = ["0.0.0.0/0"], RemoteTs = ["0.0.0.0/0"] }],
        }]);

    [Fact]
    public async Task A_connection_tells_its_tunnel_and_whether_that_is_up()
    {
        using RunningLoop loop = await StartedAsync(Up);
        loop.Capture.Snapshot(Entries.Socket(7));

        JsonElement opened = await NextAsync(loop);

        Assert.Equal(
            """{"child":"net","expected":true,"name":"site","protected":true,"reqid":7,"state":"INSTALLED"}""",
            opened.GetProperty("tunnel").GetRawText());
        Assert.DoesNotContain(await loop.StopAsync(), IsOfConnection);
    }

    [Fact]
    public async Task One_whose_tunnel_is_down_is_told_when_it_opens_and_when_the_tunnel_goes_down()
    {
        using RunningLoop loop = await StartedAsync(Down);
        loop.Capture.Snapshot(Entries.Socket(7));

        Assert.Equal("connection_opened 40000", RunningLoop.Text(await NextAsync(loop)));
        JsonElement unprotected = await NextAsync(loop);
        loop.Tunnels.Writer.TryWrite(new TunnelNews.State(Up));
        loop.Tunnels.Writer.TryWrite(new TunnelNews.State(Down));
        loop.Tunnels.Writer.TryWrite(new TunnelNews.State(Down));

        Assert.Equal("connection_unprotected 40000", RunningLoop.Text(unprotected));
        Assert.Equal("""{"child":"net","expected":true,"name":"site","protected":false}""", unprotected.GetProperty("tunnel").GetRawText());
        Assert.Equal("connection_unprotected 40000", RunningLoop.Text(await NextAsync(loop)));
        Assert.DoesNotContain(await loop.StopAsync(), IsOfConnection);
    }

    [Fact]
    public async Task What_happens_to_a_tunnel_is_told()
    {
        using RunningLoop loop = await RunningLoop.StartedAsync(Impatient);
        loop.Tunnels.Writer.TryWrite(new TunnelNews.Happened(
            EventAction.TunnelRekeyed,
            new TunnelFacts { Name = "site", Child = "net", State = "INSTALLED", ReqId = 7, IsProtected = true, LocalTs = ["10.1.0.0/24"], RemoteTs = ["10.2.0.0/24"] }));

        JsonElement told = await loop.NextAsync();

        Assert.Equal("tunnel_rekeyed", told.GetProperty("event").GetProperty("action").GetString());
        Assert.Equal("connbeat-agent", told.GetProperty("type").GetString());
        Assert.Equal(
            """{"child":"net","local_ts":["10.1.0.0/24"],"name":"site","protected":true,"remote_ts":["10.2.0.0/24"],"reqid":7,"state":"INSTALLED"}""",
            told.GetProperty("tunnel").GetRawText());
    }

    private static async Task<RunningLoop> StartedAsync(TunnelMap map)
    {
        RunningLoop loop = await RunningLoop.StartedAsync(Impatient);
        loop.Tunnels.Writer.TryWrite(new TunnelNews.State(map));
        await loop.CatchUpAsync();
        return loop;
    }

    /// <summary>The next event of a connection, however long that takes by the hand-moved clock.</summary>
    private static async Task<JsonElement> NextAsync(RunningLoop loop)
    {
        JsonElement next;
        do
        {
            next = await loop.NextInTimeAsync();
        }
        while (!IsOfConnection(RunningLoop.Text(next)));
        return next;
    }

    /// <summary>The hand-moved clock may have passed the minute after which the agent says that it lives.</summary>
    private static bool IsOfConnection(string text) => text != "agent_alive";
}
