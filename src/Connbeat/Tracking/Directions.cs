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

        if (connection.Initiated is { } initiated)
        {
            return initiated ? Direction.Outbound : Direction.Inbound;
        }

        if (listeners.Find(connection.Key.Namespace, connection.Tuple.Local, connection.Tuple.LocalPort) is not null)
        {
            return Direction.Inbound;
        }

        // A snapshot shows the listeners too. Between two of them a listener may come and go like the connection did.
        return connection.OpenReason is Reasons.SeenAtClose ? Direction.Unknown : Direction.Outbound;
    }
}
