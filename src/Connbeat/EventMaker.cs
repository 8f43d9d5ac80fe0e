using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tracking;

namespace Connbeat;

/// <summary>Makes the event of a happening from what is known of its connection now.</summary>
internal static class EventMaker
{
    /// <summary>The event.</summary>
    /// <param name="happening">What happened.</param>
    /// <param name="around">Where sockets are.</param>
    /// <param name="ids">The run's ids.</param>
    /// <param name="sequence">Its place in the stream; 0 where it has none.</param>
    /// <param name="wall">Turns boot-clock times into wall times.</param>
    /// <param name="now">When it is made.</param>
    public static ConnectionEvent Make(
        in Happening happening, Surroundings around, EventIds ids, long sequence, WallClock wall, DateTimeOffset now)
    {
        Connection connection = happening.Connection;
        bool ends = happening.Action is
            EventAction.ConnectionClosed or EventAction.ConnectionFailed or EventAction.ListenerClosed;
        DateTimeOffset at = wall.At(happening.At);
        return new ConnectionEvent
        {
            Action = happening.Action,
            Id = happening.Action.IsFact()
                ? ids.OfFact(IdentityOf(connection), happening.Action)
                : ids.OfObservation(sequence),
            Sequence = sequence,
            Timestamp = at,
            Created = now,
            Reason = happening.Reason,
            Start = connection.StartWasSeen ? wall.At(connection.FirstSeen) : null,
            End = ends ? at
                : happening is { Action: EventAction.ConnectionActive, Connection.Traffic.Last: var last } ? wall.At(last)
                : null,
            Duration = happening.Action is not EventAction.ConnectionFailed && ends && connection.StartWasSeen
                ? TimeSpan.FromTicks((happening.At - connection.FirstSeen) / TimeSpan.NanosecondsPerTick)
                : null,
            ErrorCode = happening.Action is EventAction.ConnectionFailed ? ErrnoName.Of(connection.Error) : null,
            Socket = SocketOf(connection, around),
        };
    }

    private static SocketIdentity IdentityOf(Connection connection) => new(
        connection.Key.Namespace, connection.Key.HasCookie ? connection.Key.Cookie : 0, connection.Tuple, connection.Inode, connection.Life);

    private static SocketFacts SocketOf(Connection connection, Surroundings around)
    {
        bool isElsewhere = connection.Key.Namespace != around.OwnNamespace;
        return new()
        {
            Transport = connection.Transport,
            Tuple = connection.Tuple,
            Direction = connection.Direction,
            Attribution = connection.Attribution,
            Inode = connection.Inode,
            Process = connection.Owner,
            Uid = connection is { Attribution: Attribution.Uid or Attribution.Cgroup, Inode: not 0 } ? connection.Uid : null,
            Unit = connection.Owner is null ? connection.Cgroup?.Unit : null,
            Container = connection.Container,
            ContainerDetails = connection.Container?.Id is { } id ? around.Containers?.DetailsOf(id) : null,
            Namespace = isElsewhere ? connection.Key.Namespace : null,
            NamespaceName = isElsewhere ? around.Namespaces.NameOf(connection.Key.Namespace) : null,
            BytesSent = connection.BytesSent,
            BytesReceived = connection.BytesReceived,
            PacketsSent = connection.Traffic?.Sent,
            PacketsReceived = connection.Traffic?.Received,
            RttMicroseconds = connection.RttMicroseconds,
            Retransmits = connection.Retransmits,
            Tunnel = around.TunnelOf(connection),
            Nat = around.NatOf(connection),
        };
    }
}
