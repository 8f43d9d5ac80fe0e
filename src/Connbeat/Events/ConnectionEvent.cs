using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>
/// One fact of the stream before it is encoded: what happened to a socket, or to the agent. Null means unknown, and an
/// unknown field is not written; nothing is ever guessed.
/// </summary>
internal sealed record ConnectionEvent
{
    /// <summary>What happened.</summary>
    public required EventAction Action { get; init; }

    /// <summary>Same fact, same id; see <see cref="EventId"/>.</summary>
    public required EventId Id { get; init; }

    /// <summary>From 1 in each run, without holes; given at append. 0 in a snapshot, which has none.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened, as well as is known.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>When it was encoded.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Why, where it is not the plain case: <c>seen_at_start</c>, <c>owner_found</c>, …</summary>
    public string? Reason { get; init; }

    /// <summary>When the connection began.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>When it ended; on closed and failed. Of a flow of UDP that goes on, when its latest datagram came by.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>How long it lived; on closed, where the start was seen.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Name of the errno of a connect that failed, such as <c>ECONNREFUSED</c>.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The socket; null on events of the agent itself.</summary>
    public SocketFacts? Socket { get; init; }

    /// <summary>The tunnel that an event without a socket is of.</summary>
    public TunnelFacts? Tunnel { get; init; }

    /// <summary>The loss that a <see cref="EventAction.Gap"/> tells of.</summary>
    public GapFacts? Gap { get; init; }

    /// <summary>What <see cref="EventAction.AgentStarted"/> and <see cref="EventAction.AgentAlive"/> tell of runs.</summary>
    public RunFacts? Run { get; init; }
}

/// <summary>A socket as an event tells it.</summary>
internal sealed record SocketFacts
{
    /// <summary>TCP or UDP.</summary>
    public required Transport Transport { get; init; }

    /// <summary>Both ends; a listener has a local one only.</summary>
    public required InetTuple Tuple { get; init; }

    /// <summary>Who began it.</summary>
    public required Direction Direction { get; init; }

    /// <summary>How the owner was found.</summary>
    public required Attribution Attribution { get; init; }

    /// <summary>The socket's inode number; 0 when no process holds it.</summary>
    public uint Inode { get; init; }

    /// <summary>The owning process, where <see cref="Attribution"/> says that one was found.</summary>
    public ProcessFacts? Process { get; init; }

    /// <summary>The owning user, where no process was found but the kernel tells the user.</summary>
    public uint? Uid { get; init; }

    /// <summary>Name of that user.</summary>
    public string? User { get; init; }

    /// <summary>The systemd unit, where no process was found but the socket's control group tells.</summary>
    public string? Unit { get; init; }

    /// <summary>The container that the socket is of.</summary>
    public ContainerFacts? Container { get; init; }

    /// <summary>What the container engine says of it, where it is asked.</summary>
    public ContainerDetails? ContainerDetails { get; init; }

    /// <summary>Inode number of the network namespace when it is not the agent's own.</summary>
    public uint? Namespace { get; init; }

    /// <summary>Name of that namespace, where it has one.</summary>
    public string? NamespaceName { get; init; }

    /// <summary>The IPsec tunnel that both ends are within, by its traffic selectors.</summary>
    public TunnelFacts? Tunnel { get; init; }

    /// <summary>What address translation on this host makes of its ends.</summary>
    public NatFacts? Nat { get; init; }

    /// <summary>Payload bytes that the other end acknowledged; of UDP, that were sent.</summary>
    public long? BytesSent { get; init; }

    /// <summary>Payload bytes received.</summary>
    public long? BytesReceived { get; init; }

    /// <summary>Datagrams sent; UDP, where they are counted.</summary>
    public long? PacketsSent { get; init; }

    /// <summary>Datagrams that came in, whether they were read or not; likewise.</summary>
    public long? PacketsReceived { get; init; }

    /// <summary>Smoothed round trip time in microseconds.</summary>
    public uint? RttMicroseconds { get; init; }

    /// <summary>Segments sent again.</summary>
    public uint? Retransmits { get; init; }
}

/// <summary>A loss: where, why, how much, when.</summary>
/// <param name="Stage">The stage that lost: <c>capture</c>, <c>delivery</c>, …</param>
/// <param name="Reason">Why: <c>receive_buffer_overrun</c>, <c>queue_full</c>, …</param>
/// <param name="Count">How many were lost; null where it cannot be told.</param>
/// <param name="From">Nothing was lost before.</param>
/// <param name="To">Nothing was lost after.</param>
/// <param name="Output">The output that will not get them; null where no output will.</param>
internal sealed record GapFacts(
    string Stage, string Reason, long? Count, DateTimeOffset From, DateTimeOffset To, string? Output = null);

/// <summary>What a run tells of itself and of the one before it.</summary>
internal sealed record RunFacts
{
    /// <summary>What an agent says that knows nothing: its first run, not yet a sequence.</summary>
    public static readonly RunFacts Nothing = new();

    /// <summary>The highest sequence of this run so far; on <c>agent_alive</c>.</summary>
    public long? LastSequence { get; init; }

    /// <summary>The run before this one; on <c>agent_started</c>.</summary>
    public string? PreviousRun { get; init; }

    /// <summary>The last sequence of that run that reached the disk.</summary>
    public long? PreviousLastSequence { get; init; }

    /// <summary>True where that run stopped as it was asked to.</summary>
    public bool? PreviousClean { get; init; }
}
