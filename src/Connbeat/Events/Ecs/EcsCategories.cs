using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Events.Ecs;

/// <summary>
/// The four categorization fields of ECS; https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference.
/// </summary>
internal sealed class EcsCategories
{
    private const string SeenAtStart = "seen_at_start"; // event.reason

    private static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
    private static readonly JsonEncodedText State = JsonEncodedText.Encode("state");
    private static readonly JsonEncodedText Success = JsonEncodedText.Encode("success");
    private static readonly JsonEncodedText Failure = JsonEncodedText.Encode("failure");

    private static readonly EcsCategories Opened = new(Event, ["connection", "start"]);
    private static readonly EcsCategories Established = new(Event, ["connection", "start"], Success);
    private static readonly EcsCategories Failed = new(Event, ["connection", "start"], Failure);
    private static readonly EcsCategories Denied = new(Event, ["connection", "denied", "start"], Failure);
    private static readonly EcsCategories Lives = new(State, ["connection", "info"]);
    private static readonly EcsCategories Closed = new(Event, ["connection", "end"]);

    // Without "connection", which asks for two ends.
    private static readonly EcsCategories Listens = new(Event, ["start"]);
    private static readonly EcsCategories StillListens = new(State, ["info"]);
    private static readonly EcsCategories ListensNoMore = new(Event, ["end"]);

    // No category of ECS is about the agent itself; then the field is left empty.
    private static readonly EcsCategories AgentStarted = new(Event, ["start"]) { IsNetwork = false };
    private static readonly EcsCategories AgentLives = new(State, ["info"]) { IsNetwork = false };
    private static readonly EcsCategories Lost = new(Event, ["info"]) { IsNetwork = false };

    private static readonly EcsCategories Begins = new(Event, ["start"]);
    private static readonly EcsCategories Ends = new(Event, ["end"]);
    private static readonly EcsCategories Goes = new(Event, ["info"]);
    private static readonly EcsCategories Unprotected = new(Event, ["connection", "info"]);

    private readonly byte[] _type;

    private EcsCategories(JsonEncodedText kind, string[] types, JsonEncodedText? outcome = null)
    {
        Kind = kind;
        Types = types;
        _type = EventJson.Encode(json => ConfiguredValue.Write(json, types));
        Outcome = outcome;
    }

    /// <summary>The value of <c>event.kind</c>: something happened, or something is so.</summary>
    public JsonEncodedText Kind { get; }

    /// <summary>True where <c>event.category</c> is <c>network</c>, false where it is empty.</summary>
    public bool IsNetwork { get; private init; } = true;

    /// <summary>The items of <c>event.type</c>.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>The array <c>event.type</c> in JSON.</summary>
    public ReadOnlySpan<byte> Type => _type;

    /// <summary>The value of <c>event.outcome</c>, where it is known.</summary>
    public JsonEncodedText? Outcome { get; }

    /// <summary>What fits an event. What was there before the agent did not start now: it is so.</summary>
    public static EcsCategories Of(ConnectionEvent happened) => happened.Action switch
    {
        EventAction.ConnectionOpened when happened.Reason == SeenAtStart => Lives,
        EventAction.ConnectionOpened when happened is { Socket.Transport: Transport.Tcp, Reason: null } => Established,
        EventAction.ConnectionOpened => Opened,
        EventAction.ConnectionActive => Lives,
        EventAction.ConnectionClosed => Closed,
        EventAction.ConnectionFailed => happened.ErrorCode is "EACCES" or "EPERM" ? Denied : Failed, // connect(2)
        EventAction.ListenerOpened when happened.Reason == SeenAtStart => StillListens,
        EventAction.ListenerOpened => Listens,
        EventAction.ListenerActive => StillListens,
        EventAction.ListenerClosed => ListensNoMore,
        EventAction.ConnectionUnprotected => Unprotected,
        EventAction.TunnelUp => Begins,
        EventAction.TunnelDown => Ends,
        EventAction.TunnelRekeyed => Goes,
        EventAction.AgentStarted => AgentStarted,
        EventAction.AgentAlive => AgentLives,
        _ => Lost,
    };
}
