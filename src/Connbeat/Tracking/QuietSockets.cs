using Connbeat.Linux;

namespace Connbeat.Tracking;

/// <summary>
/// Sockets whose connection ended while a process still holds them: after a reset, say. The kernel tells of their
/// destruction much later, perhaps after they were connected again; without memory that would look like a connection
/// that nobody had seen. Bounded: the oldest are forgotten, and all by a restart, which can tell one end twice, under
/// one event id.
/// </summary>
internal sealed class QuietSockets
{
    /// <summary>The most that are remembered.</summary>
    public const int Capacity = 65_536;

    private readonly Dictionary<SocketKey, LinkedListNode<(SocketKey Key, QuietSocket Socket)>> _sockets = [];
    private readonly LinkedList<(SocketKey Key, QuietSocket Socket)> _oldestFirst = [];

    /// <summary>Notes that the connection of a socket that may still exist has ended.</summary>
    public void Add(SocketKey key, uint life, InetTuple tuple)
    {
        TryTake(key, out _);
        _sockets.Add(key, _oldestFirst.AddLast((key, new QuietSocket(life, tuple))));
        if (_sockets.Count > Capacity)
        {
            TryTake(_oldestFirst.First!.Value.Key, out _);
        }
    }

    /// <summary>Takes out a socket that was heard of again.</summary>
    public bool TryTake(SocketKey key, out QuietSocket socket)
    {
        socket = default;
        if (!_sockets.Remove(key, out LinkedListNode<(SocketKey Key, QuietSocket Socket)>? node))
        {
            return false;
        }

        _oldestFirst.Remove(node);
        socket = node.Value.Socket;
        return true;
    }
}

/// <summary>The last life that a socket is known to have had, and its ends then.</summary>
internal readonly record struct QuietSocket(uint Life, InetTuple Tuple);
