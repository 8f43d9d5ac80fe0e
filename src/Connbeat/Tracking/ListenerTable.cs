using Connbeat.Linux;

namespace Connbeat.Tracking;

/// <summary>The listening sockets by port: what tells an inbound connection from an outbound one.</summary>
internal sealed class ListenerTable
{
    private readonly Dictionary<(uint Namespace, ushort Port), List<Connection>> _byPort = [];

    /// <summary>Adds a listener.</summary>
    public void Add(Connection listener)
    {
        (uint, ushort) port = (listener.Key.Namespace, listener.Tuple.LocalPort);
        if (!_byPort.TryGetValue(port, out List<Connection>? listeners))
        {
            _byPort.Add(port, listeners = new(1));
        }

        listeners.Add(listener);
    }

    /// <summary>Removes a listener that ended.</summary>
    public void Remove(Connection listener)
    {
        (uint, ushort) port = (listener.Key.Namespace, listener.Tuple.LocalPort);
        if (_byPort.TryGetValue(port, out List<Connection>? listeners) &&
            listeners.Remove(listener) && listeners.Count == 0)
        {
            _byPort.Remove(port);
        }
    }

    /// <summary>
    /// The listener that a connection at this local end came through: one on that very address before one on any, and
    /// one on <c>::</c> takes IPv4 too unless it was told not to.
    /// </summary>
    public Connection? Find(uint @namespace, InetAddress local, ushort port)
    {
        if (!_byPort.TryGetValue((@namespace, port), out List<Connection>? listeners))
        {
            return null;
        }

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
}
