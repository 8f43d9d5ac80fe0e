namespace Connbeat.Events;

/// <summary>What an event tells. The names in the stream are those of <see cref="EventActionNames"/>.</summary>
internal enum EventAction : byte
{
    /// <summary>A connection that was not known before.</summary>
    ConnectionOpened,

    /// <summary>A connection that lives, told again.</summary>
    ConnectionActive,

    /// <summary>A connection is gone.</summary>
    ConnectionClosed,

    /// <summary>A connect that never succeeded.</summary>
    ConnectionFailed,

    /// <summary>A listening socket that was not known before.</summary>
    ListenerOpened,

    /// <summary>A listening socket that lives, told again.</summary>
    ListenerActive,

    /// <summary>A listening socket is gone.</summary>
    ListenerClosed,

    /// <summary>A connection that is to go through a tunnel which is down.</summary>
    ConnectionUnprotected,

    /// <summary>A run of the agent begins.</summary>
    AgentStarted,

    /// <summary>The agent lives; tells an idle run from a lost tail.</summary>
    AgentAlive,

    /// <summary>Something was lost, and how much.</summary>
    Gap,

    /// <summary>A tunnel is up.</summary>
    TunnelUp,

    /// <summary>A tunnel is down.</summary>
    TunnelDown,

    /// <summary>A tunnel has new keys.</summary>
    TunnelRekeyed,
}

/// <summary>The names of actions and what follows from them.</summary>
internal static class EventActionNames
{
    private static readonly string[] Names =
    [
        "connection_opened", "connection_active", "connection_closed", "connection_failed",
        "listener_opened", "listener_active", "listener_closed",
        "connection_unprotected",
        "agent_started", "agent_alive", "gap",
        "tunnel_up", "tunnel_down", "tunnel_rekeyed",
    ];

    /// <summary>The value of <c>event.action</c>.</summary>
    public static string Name(this EventAction action) => Names[(int)action];

    /// <summary>True for events of a listening socket.</summary>
    public static bool IsListener(this EventAction action) =>
        action is EventAction.ListenerOpened or EventAction.ListenerActive or EventAction.ListenerClosed;

    /// <summary>True for events of the agent itself and of tunnels, which have no socket.</summary>
    public static bool IsAgent(this EventAction action) => action >= EventAction.AgentStarted;

    /// <summary>True for events of a tunnel.</summary>
    public static bool IsTunnel(this EventAction action) => action >= EventAction.TunnelUp;

    /// <summary>
    /// True where the event tells a fact that has the same id whoever tells it and whenever; false where it is an
    /// observation of this run, whose id is made of the run and the sequence.
    /// </summary>
    public static bool IsFact(this EventAction action) => action is
        EventAction.ConnectionOpened or EventAction.ConnectionClosed or EventAction.ConnectionFailed or
        EventAction.ListenerOpened or EventAction.ListenerClosed;
}
