namespace Connbeat.Enrichment;

/// <summary>The sockets that lack an owner, each with the time since when it is wanted.</summary>
internal sealed class WantedInodes
{
    private readonly Dictionary<uint, long> _since = [];

    /// <summary>True where all are found.</summary>
    public bool IsEmpty => _since.Count == 0;

    /// <summary>When the newest was first wanted: whose sockets were read later need not be read again.</summary>
    public long NewestSince()
    {
        long newest = long.MinValue;
        foreach (long since in _since.Values)
        {
            newest = Math.Max(newest, since);
        }

        return newest;
    }

    /// <summary>Takes over what is wanted now: the new is added, what is wanted no more is dropped.</summary>
    public void Take(ScanRequest request)
    {
        foreach (uint inode in _since.Keys)
        {
            if (!request.Wanted.Contains(inode))
            {
                _since.Remove(inode);
            }
        }

        if (_since.Count == 0)
        {
            _since.TrimExcess(); // the first request wanted every socket, and hardly ever does one want as many again
        }

        _since.EnsureCapacity(request.Wanted.Count);
        foreach (uint inode in request.Wanted)
        {
            _since.TryAdd(inode, request.SeenAt);
        }
    }

    /// <summary>Strikes out what a process holds.</summary>
    /// <returns>True where something of it was wanted.</returns>
    public bool StrikeOut(ReadOnlySpan<uint> held)
    {
        int before = _since.Count;
        foreach (uint inode in held)
        {
            if (_since.Count == 0)
            {
                break;
            }

            _since.Remove(inode);
        }

        return _since.Count < before;
    }

    /// <summary>Takes out what nobody holds.</summary>
    /// <param name="readAt">Every process was read then or later.</param>
    public List<uint> TakeUnowned(long readAt)
    {
        List<uint> unowned = [];
        foreach ((uint inode, long since) in _since)
        {
            if (since <= readAt)
            {
                unowned.Add(inode);
                _since.Remove(inode);
            }
        }

        return unowned;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _since.Clear();
}
