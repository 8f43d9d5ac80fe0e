using System.Text.Json;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Support;
using Connbeat.Tracking;

namespace Connbeat.Tests.Events.Ecs;

public sealed class EcsCategoriesTests
{
    [Theory]
    [InlineData(EventAction.ConnectionOpened, "event", """["network"]""", """["connection","start"]""", "success")]
    [InlineData(EventAction.ConnectionActive, "state", """["network"]""", """["connection","info"]""", null)]
    [InlineData(EventAction.ConnectionClosed, "event", """["network"]""", """["connection","end"]""", null)]
    [InlineData(EventAction.ConnectionFailed, "event", """["network"]""", """["connection","start"]""", "failure")]
    [InlineData(EventAction.ListenerOpened, "event", """["network"]""", """["start"]""", null)]
    [InlineData(EventAction.ListenerActive, "state", """["network"]""", """["info"]""", null)]
    [InlineData(EventAction.ListenerClosed, "event", """["network"]""", """["end"]""", null)]
    [InlineData(EventAction.ConnectionUnprotected, "event", """["network"]""", """["connection","info"]""", null)]
    [InlineData(EventAction.TunnelUp, "event", """["network"]""", """["start"]""", null)]
    [InlineData(EventAction.TunnelDown, "event", """["network"]""", """["end"]""", null)]
    [InlineData(EventAction.TunnelRekeyed, "event", """["network"]""", """["info"]""", null)]
    [InlineData(EventAction.AgentStarted, "event", null, """["start"]""", null)]
    [InlineData(EventAction.AgentAlive, "state", null, """["info"]""", null)]
    [InlineData(EventAction.Gap, "event", null, """["info"]""", null)]
    public void Each_action_has_its_categories(object action, string kind, string? category, string type, string? outcome)
    {
        JsonElement json = EncodedEcs.Read(Some.Event((EventAction)action));

        Assert.Equal((kind, category, type, outcome), Of(json));
    }

    [Theory]
    [InlineData(EventAction.ConnectionOpened, """["connection","info"]""")]
    [InlineData(EventAction.ListenerOpened, """["info"]""")]
    public void What_was_there_before_the_agent_did_not_start_now(object action, string type)
    {
        JsonElement json = EncodedEcs.Read(Some.Event((EventAction)action) with { Reason = Reasons.SeenAtStart });

        Assert.Equal(("state", """["network"]""", type, null), Of(json));
    }

    [Fact]
    public void A_beginning_that_nobody_saw_succeed_has_no_outcome()
    {
        ConnectionEvent late = Some.Event() with { Reason = Reasons.SeenAtClose };
        ConnectionEvent datagram = Some.Event() with { Socket = Some.Connection() with { Transport = Transport.Udp } };

        Assert.All([late, datagram], happened => Assert.Equal(
            ("event", """["network"]""", """["connection","start"]""", null), Of(EncodedEcs.Read(happened))));
    }

    [Theory]
    [InlineData("EACCES", """["connection","denied","start"]""")]
    [InlineData("EPERM", """["connection","denied","start"]""")]
    [InlineData("ETIMEDOUT", """["connection","start"]""")]
    public void A_connect_that_the_kernels_rules_forbid_is_denied(string code, string type)
    {
        JsonElement json = EncodedEcs.Read(Some.Event(EventAction.ConnectionFailed) with { ErrorCode = code });

        Assert.Equal(("event", """["network"]""", type, "failure"), Of(json));
        Assert.Equal(code, json.TextAt("error.code"));
    }

    private static (string? Kind, string? Category, string? Type, string? Outcome) Of(JsonElement json) => (
        json.TextAt("event.kind"), json.TextAt("event.category"), json.TextAt("event.type"),
        json.TextAt("event.outcome"));
}
