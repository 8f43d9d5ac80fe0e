using System.Threading.Channels;

namespace Connbeat.Enrichment.Docker;

/// <summary>
/// Which containers wait to be looked up, are being looked up, were found, or failed to be. No container waits twice or
/// is looked up by two at once, so that an older answer never follows a newer one. For any thread; nothing blocks.
/// </summary>
/// <param name="capacity">How many are remembered; of those at rest, the one that was asked for longest ago goes.</param>
/// <param name="time">Times the attempts after a failure: a second later, then two, up to a quarter of an hour.</param>
internal sealed class Lookups(int capacity, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    // Holds an entry at most once, and so never more than the capacity.
    private readonly Channel<Entry> _waiting = Channel.CreateUnbounded<Entry>();

    private long _requests;
    private bool _disposed;

    private enum State
    {
        AtRest,
        Waiting,
        InHand,
        InHandAndWanted,
    }

    /// <summary>Asks for a container, known or not; false where there is no room for one more.</summary>
    public bool Request(string id)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out Entry? entry))
            {
                if (_entries.Count >= capacity && !MakeRoom())
                {
                    return false;
                }

                _entries[id] = entry = new Entry(id);
            }

            entry.AskedFor = ++_requests;
            Want(entry);
            return true;
        }
    }

    /// <summary>Asks once more for a container that was asked for before; passes over any other.</summary>
    public void Refresh(string id)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(id, out Entry? entry))
            {
                Want(entry);
            }
        }
    }

    /// <summary>Asks once more for every container that was found, or failed to be.</summary>
    public void RefreshAll()
    {
        lock (_gate)
        {
            foreach (Entry entry in _entries.Values)
            {
                Want(entry);
            }
        }
    }

    /// <summary>Nothing more is to be learned of a container.</summary>
    public void Forget(string id)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(id, out Entry? entry) && entry.State == State.AtRest)
            {
                Remove(entry);
            }
        }
    }

    /// <summary>Waits for a container to look up. The taker tells how that ended: found, unknown or failed.</summary>
    public async ValueTask<string> TakeAsync(CancellationToken stop)
    {
        Entry entry = await _waiting.Reader.ReadAsync(stop);
        lock (_gate)
        {
            entry.State = State.InHand;
        }

        return entry.Id;
    }

    /// <summary>The engine told of the container that was taken.</summary>
    public void Found(string id) => Finish(id, static entry => entry.Failures = 0);

    /// <summary>The engine has no such container; it is forgotten.</summary>
    public void Unknown(string id)
    {
        lock (_gate)
        {
            Entry entry = _entries[id];
            if (entry.State == State.InHandAndWanted)
            {
                Enqueue(entry);
            }
            else
            {
                Remove(entry);
            }
        }
    }

    /// <summary>The container that was taken could not be looked up; it is tried again.</summary>
    public void Failed(string id) => Finish(id, Postpone);

    /// <summary>Where nobody answers, none of those that wait can be looked up either.</summary>
    /// <returns>Those that waited.</returns>
    public IReadOnlyList<string> FailWaiting()
    {
        List<string> failed = [];
        while (_waiting.Reader.TryRead(out Entry? entry))
        {
            lock (_gate)
            {
                entry.State = State.AtRest;
                Postpone(entry);
            }

            failed.Add(entry.Id);
        }

        return failed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (Entry entry in _entries.Values)
            {
                entry.Retry?.Dispose();
            }
        }
    }

    private void Finish(string id, Action<Entry> outcome)
    {
        lock (_gate)
        {
            Entry entry = _entries[id];
            bool isWanted = entry.State == State.InHandAndWanted;
            entry.State = State.AtRest;
            outcome(entry);
            if (isWanted)
            {
                Enqueue(entry);
            }
        }
    }

    private void Want(Entry entry)
    {
        if (entry.State == State.AtRest)
        {
            Enqueue(entry);
        }
        else if (entry.State == State.InHand)
        {
            entry.State = State.InHandAndWanted;
        }
    }

    private void Enqueue(Entry entry)
    {
        entry.State = State.Waiting;
        entry.Retry?.Dispose();
        entry.Retry = null;
        _waiting.Writer.TryWrite(entry);
    }

    private void Postpone(Entry entry)
    {
        entry.Failures++;
        entry.Retry?.Dispose();
        entry.Retry = _disposed ? null : time.CreateTimer(
            _ => Refresh(entry.Id), null, Backoff.After(entry.Failures, LongestWait), Timeout.InfiniteTimeSpan);
    }

    private bool MakeRoom()
    {
        Entry? oldest = _entries.Values.Where(entry => entry.State == State.AtRest).MinBy(entry => entry.AskedFor);
        if (oldest is not null)
        {
            Remove(oldest);
        }

        return oldest is not null;
    }

    private void Remove(Entry entry)
    {
        entry.Retry?.Dispose();
        _entries.Remove(entry.Id);
    }

    private sealed class Entry(string id)
    {
        public string Id { get; } = id;

        public State State { get; set; }

        public long AskedFor { get; set; }

        public int Failures { get; set; }

        public ITimer? Retry { get; set; }
    }
}
