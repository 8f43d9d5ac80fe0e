using Connbeat.Linux;

namespace Connbeat.Tracking;

/// <summary>
/// Sockets whose connection ended while a process still holds them: after a reset, say. The kernel tells of their
/// destruction much later, perhaps after they were connected again; without memory that would look like a connection
/// that nobody had seen. Bounded: the oldest are forgotten, which can tell one end twice, under one event id.
/// </summary>
internal sealed class QuietSockets
{
    private const int Capacity = 65_536;

    private readonly Dictionary<SocketKey, QuietSocket> _sockets = [];
    private readonly Queue<SocketKey> _inOrder = [];

    /// <summary>Notes that the connection of a socket that may still exist has ended.</summary>
    public void Add(SocketKey key, uint life, InetTuple tuple)
    {
        _sockets[key] = new QuietSocket(life, tuple);
        _inOrder.Enqueue(key);
        while (_inOrder.Count > Capacity)
        {
            _sockets.Remove(_inOrder.Dequeue());
        }
    }

    /// <summary>Takes out a socket that was heard of again.</summary>
    public bool TryTake(SocketKey key, out QuietSocket socket) => _sockets.Remove(key, out socket);
}

/// <summary>The last life that a socket is known to have had, and its ends then.</summary>
internal readonly record struct QuietSocket(uint Life, InetTuple Tuple);
