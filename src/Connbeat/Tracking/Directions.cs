using Connbeat.Events;

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

        bool outbound = connection.Initiated ??
            listeners.Find(connection.Key.Namespace, connection.Tuple.Local, connection.Tuple.LocalPort) is null;
        return outbound ? Direction.Outbound : Direction.Inbound;
    }
}
