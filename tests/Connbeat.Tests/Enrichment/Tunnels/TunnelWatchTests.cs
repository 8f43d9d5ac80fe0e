using Connbeat.Enrichment.Tunnels;
using Connbeat.Events;
using Connbeat.StrongSwan.Vici;
using Connbeat.Telemetry;
using Connbeat.Tests.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Tunnels;

public sealed class TunnelWatchTests
{
    private readonly ManualTime _time = new();
    private readonly CollectingLogger<StrongSwanHappenings> _log = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_state_is_told_at_once_and_again_after_what_happens()
    {
        ViciTranscript events = ViciTranscript.InFile("strongswan/vici-events.hex");
        await using FakeCharon charon = new(ViciTranscript.Of("one-child-down").AnswersTo);
        await using TunnelWatch watch = new(charon.Address, _time, new StrongSwanHappenings(_log));

        Assert.Equal([("site", "net-second"), ("dead", "dead-net")], Assert.IsType<TunnelNews.State>(await NextAsync(watch)).Map.IsDown);
        foreach ((_, byte[] packet) in events.Lines.Where(line => line is { IsAnswer: true, Packet: [7, 11 or 12, ..] }))
        {
            await charon.SendAllAsync(ViciPacket.Parse(packet));
        }

        List<TunnelNews.Happened> happened = [];
        while (happened.Count < 4)
        {
            if (await NextAsync(watch) is TunnelNews.Happened one)
            {
                happened.Add(one);
            }
        }

        Assert.Equal(
            [EventAction.TunnelRekeyed, EventAction.TunnelDown, EventAction.TunnelUp, EventAction.TunnelDown],
            happened.Select(one => one.Action));
        Assert.All(happened, one => Assert.Equal(
            ("site", "net-net", 1, "10.2.0.0/24", one.Action is not EventAction.TunnelDown),
            (one.Tunnel.Name, one.Tunnel.Child, one.Tunnel.ReqId, one.Tunnel.RemoteTs![0], one.Tunnel.IsProtected)));
    }

    [Fact]
    public async Task Of_a_daemon_that_does_not_answer_nothing_is_known()
    {
        Assert.True(ViciAddress.TryParse("/nowhere/charon.vici", out ViciAddress? nowhere));
        await using TunnelWatch watch = new(nowhere, _time, new StrongSwanHappenings(_log));

        Assert.Empty(Assert.IsType<TunnelNews.State>(await NextAsync(watch)).Map.IsDown);
        Assert.Contains("strongSwan does not answer: /nowhere/charon.vici", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private static async Task<TunnelNews> NextAsync(TunnelWatch watch) => await watch.Feed.News.ReadAsync(Test);
}
