namespace Connbeat.Tracking;

/// <summary>
/// The sockets that were destroyed while a snapshot may have been under way. A snapshot takes time, and may still show
/// what ended after it began; such a row is ignored.
/// </summary>
internal sealed class Tombstones
{
    private readonly Dictionary<SocketKey, long> _destroyed = [];
    private readonly Queue<(SocketKey Key, long At)> _inOrder = [];

    /// <summary>Notes that a socket was destroyed at <paramref name="at"/> (boot clock) or shortly before.</summary>
    public void Add(SocketKey key, long at)
    {
        if (_destroyed.TryAdd(key, at))
        {
            _inOrder.Enqueue((key, at));
        }
    }

    /// <summary>True where the socket was destroyed too lately for a snapshot's word to count.</summary>
    public bool Contains(SocketKey key) => _destroyed.ContainsKey(key);

    /// <summary>Forgets what no later snapshot can show: everything destroyed before <paramref name="begin"/>.</summary>
    public void RemoveBefore(long begin)
    {
        while (_inOrder.TryPeek(out (SocketKey Key, long At) oldest) && oldest.At < begin)
        {
            _inOrder.Dequeue();
            _destroyed.Remove(oldest.Key);
        }
    }
}
