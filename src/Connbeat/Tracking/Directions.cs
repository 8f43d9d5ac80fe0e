using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tracking;

/// <summary>Tells who began a connection, from what is known of it.</summary>
internal static class Directions
{
    /// <summary>
    /// The kernel's own count of the SYN where it tells, which holds even where the listener is gone or the socket
    /// connected from a listening port; else the listener that it must have come through, or the lack of one.
    /// </summary>
    public static Direction Of(Connection connection, ListenerTable listeners)
    {
        if (connection.IsListener)
        {
            return Direction.Listening;
        }

        if (connection.Initiated is { } initiated)
        {
            return initiated ? Direction.Outbound : Direction.Inbound;
        }

        if (connection.Key.IsFlow)
        {
            return Direction.Unknown;
        }

        if (listeners.Find(connection) is not null)
        {
            return Direction.Inbound;
        }

        if (listeners.MayLack(connection.Tuple.LocalPort))
        {
            return Direction.Unknown;
        }

        // To connect a UDP socket is to choose its other end: a server that does so shares the port with its listener.
        if (connection.Transport is Transport.Udp)
        {
            return Direction.Outbound;
        }

        // A snapshot shows the listeners too. But before it, or between two, one may have come and gone.
        bool mayHaveOutlived = connection.OpenReason is Reasons.SeenAtClose || connection.State is TcpState.TimeWait;
        return mayHaveOutlived ? Direction.Unknown : Direction.Outbound;
    }
}
