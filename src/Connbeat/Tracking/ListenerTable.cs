using Connbeat.Linux;

namespace Connbeat.Tracking;

/// <summary>The listening sockets by port: what tells an inbound connection from an outbound one.</summary>
/// <param name="mayBeHidden">True for a port whose listener would not be told of, so that its absence proves nothing.</param>
internal sealed class ListenerTable(Func<ushort, bool>? mayBeHidden = null)
{
    private readonly Dictionary<(uint Namespace, Transport Transport, ushort Port), List<Connection>> _byPort = [];

    /// <summary>True where a listener on this port may be there though it is not in the table.</summary>
    public bool MayLack(ushort port) => mayBeHidden?.Invoke(port) ?? false;

    /// <summary>Adds a listener.</summary>
    public void Add(Connection listener)
    {
        (uint, Transport, ushort) port = PortOf(listener);
        if (!_byPort.TryGetValue(port, out List<Connection>? listeners))
        {
            _byPort.Add(port, listeners = new(1));
        }

        listeners.Add(listener);
    }

    /// <summary>Removes a listener that ended.</summary>
    public void Remove(Connection listener)
    {
        (uint, Transport, ushort) port = PortOf(listener);
        if (_byPort.TryGetValue(port, out List<Connection>? listeners) &&
            listeners.Remove(listener) && listeners.Count == 0)
        {
            _byPort.Remove(port);
        }
    }

    /// <summary>
    /// The listener that a connection came through, by its local end: one on that very address before one on any, and
    /// one on <c>::</c> takes IPv4 too unless it was told not to.
    /// </summary>
    public Connection? Find(Connection connection)
    {
        if (!_byPort.TryGetValue(PortOf(connection), out List<Connection>? listeners))
        {
            return null;
        }

        InetAddress local = connection.Tuple.Local;

        Connection? any = null;
        foreach (Connection listener in listeners)
        {
            InetAddress address = listener.Tuple.Local;
            if (address == local)
            {
                return listener;
            }

            bool sameFamily = address.IsIPv4 == local.IsIPv4;
            if (address.IsAny && (sameFamily || (local.IsIPv4 && !listener.OnlyIPv6)))
            {
                any = sameFamily ? listener : any ?? listener;
            }
        }

        return any;
    }

    private static (uint Namespace, Transport Transport, ushort Port) PortOf(Connection connection) =>
        (connection.Key.Namespace, connection.Transport, connection.Tuple.LocalPort);
}
