using Connbeat.Events;

namespace Connbeat.Tracking;

/// <summary>Something to tell of a connection.</summary>
/// <param name="Action">What happened.</param>
/// <param name="Connection">To whom; read it now, it goes on changing.</param>
/// <param name="At">When, in boot-clock nanoseconds.</param>
/// <param name="Reason">Why, where it is not the plain case.</param>
internal readonly record struct Happening(EventAction Action, Connection Connection, long At, string? Reason);

/// <summary>Takes what tracking has to tell, in the order of the stream.</summary>
internal delegate void Tell(in Happening happening);

/// <summary>The values of <c>event.reason</c>.</summary>
internal static class Reasons
{
    /// <summary>It was there before the agent.</summary>
    public const string SeenAtStart = "seen_at_start";

    /// <summary>It came and went between two snapshots; only its end was heard.</summary>
    public const string SeenAtClose = "seen_at_close";

    /// <summary>Its owner became known after its opening was told.</summary>
    public const string OwnerFound = "owner_found";

    /// <summary>Its socket is connected to somebody else now.</summary>
    public const string PeerChanged = "peer_changed";

    /// <summary>It ended while the kernel's messages were lost.</summary>
    public const string LostInOverrun = "lost_in_overrun";

    /// <summary>There was no datagram for so long that it is taken to be over.</summary>
    public const string Idle = "idle";

    /// <summary>It was silent for longer than others, which there would have been no room for.</summary>
    public const string Evicted = "evicted";

    /// <summary>A run before this one told its opening; it ended while no agent looked.</summary>
    public const string NotSeenAfterRestart = "not_seen_after_restart";
}
