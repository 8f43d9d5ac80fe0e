namespace Connbeat.Capture.Bpf;

/// <summary>
/// Accepted connections that nobody has used yet, and the processes that may have accepted them: those that hold the
/// listener. The ring thread's, but for what snapshots tell of listeners.
/// </summary>
internal sealed class IdleConnections
{
    /// <summary>How long a connection may be idle before somebody looks who has it, in boot-clock nanoseconds.</summary>
    public const long Patience = 100_000_000;

    /// <summary>How many are remembered; the owner of one more is found by the next snapshot.</summary>
    public const int Most = 16_384;

    private readonly Queue<(ulong Cookie, (uint, ushort) Door, long Due)> _oldest = [];
    private readonly HashSet<ulong> _idle = [];
    private readonly List<ulong> _looked = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<(uint Namespace, ushort Port), HashSet<int>> _holders = [];

    /// <summary>A connection was established, and nobody has used it yet.</summary>
    public void Add(uint @namespace, ulong cookie, ushort port, long now)
    {
        if (_oldest.Count < Most && _idle.Add(cookie))
        {
            _oldest.Enqueue((cookie, (@namespace, port), now + Patience));
        }
    }

    /// <summary>Takes out a connection: somebody uses it, or it is gone.</summary>
    /// <returns>True where it was idle.</returns>
    public bool Remove(ulong cookie) => _idle.Remove(cookie);

    /// <summary>A process holds a listener. Any thread.</summary>
    public void Listens(uint @namespace, ushort port, int pid)
    {
        lock (_lock)
        {
            if (!_holders.TryGetValue((@namespace, port), out HashSet<int>? pids))
            {
                _holders.Add((@namespace, port), pids = []);
            }

            pids.Add(pid);
        }
    }

    /// <summary>A listener is gone. Any thread.</summary>
    public void Unlistens(uint @namespace, ushort port)
    {
        lock (_lock)
        {
            _holders.Remove((@namespace, port));
        }
    }

    /// <summary>A process is gone. Any thread.</summary>
    public void Forget(int pid)
    {
        lock (_lock)
        {
            foreach (HashSet<int> pids in _holders.Values)
            {
                pids.Remove(pid);
            }
        }
    }

    /// <summary>The processes that may have those that are idle for long enough; these are asked for once.</summary>
    public IReadOnlySet<int> Due(long now)
    {
        HashSet<int> due = [];
        while (_oldest.TryPeek(out (ulong Cookie, (uint, ushort) Door, long Due) oldest) && oldest.Due <= now)
        {
            _oldest.Dequeue();
            if (_idle.Contains(oldest.Cookie))
            {
                _looked.Add(oldest.Cookie);
                AddHolders(oldest.Door, due);
            }
        }

        return due;
    }

    /// <summary>What of them was not found is left to the snapshots.</summary>
    public void Looked()
    {
        _looked.ForEach(cookie => _idle.Remove(cookie));
        _looked.Clear();
    }

    private void AddHolders((uint, ushort) door, HashSet<int> to)
    {
        lock (_lock)
        {
            if (_holders.TryGetValue(door, out HashSet<int>? pids))
            {
                to.UnionWith(pids);
            }
        }
    }
}
