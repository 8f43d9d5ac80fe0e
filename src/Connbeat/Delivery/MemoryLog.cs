using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>
/// The event log in memory: quick, bounded, and gone with the process. Its limits count what an output has yet to read;
/// a batch being sent is held by its pump, one per output, on top of them.
/// </summary>
internal sealed class MemoryLog(MemoryLogLimits limits, TimeProvider time, DeliveryHappenings happened) : IEventLog
{
    private readonly EventRing _ring = new();

    /// <summary>Replaced whole when one is opened or closed, so that it can be walked without the gate.</summary>
    private MemoryCursor[] _cursors = [];

    /// <summary>Losses that nobody had asked for when their cursor closed.</summary>
    private List<Loss>? _left;

    /// <inheritdoc/>
    public LogFill? Fill
    {
        get
        {
            lock (Gate)
            {
                LogFill? least = null;
                foreach (MemoryCursor cursor in _cursors)
                {
                    least = LogFill.Least(least, cursor.Fill);
                }

                return least;
            }
        }
    }

    /// <inheritdoc/>
    public LogDepth Depth
    {
        get
        {
            lock (Gate)
            {
                return new LogDepth(_ring.Count, _ring.Bytes);
            }
        }
    }

    /// <inheritdoc/>
    public bool IsPaused => false;

    /// <summary>Guards the ring and every cursor. Held for moments: nothing is logged or awaited under it.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>True when nothing more will come; under the gate.</summary>
    internal bool IsCompleted { get; private set; }

    internal MemoryLogLimits Limits => limits;

    internal EventRing Ring => _ring;

    /// <inheritdoc/>
    public void Append(EncodedEvent @event)
    {
        bool overflowed = false;
        lock (Gate)
        {
            if (IsCompleted)
            {
                throw new InvalidOperationException("an event came after the log was completed");
            }

            if (_cursors.Length == 0)
            {
                return; // nobody to wait for
            }

            while (IsFullFor(@event))
            {
                DropOldest();
                overflowed = true;
            }

            _ring.Add(@event);
            foreach (MemoryCursor cursor in _cursors)
            {
                cursor.Appended(@event);
            }
        }

        if (overflowed)
        {
            foreach (MemoryCursor cursor in _cursors)
            {
                cursor.TellOverflow();
            }
        }
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<EncodedEvent> events)
    {
        foreach (EncodedEvent @event in events)
        {
            Append(@event);
        }
    }

    /// <inheritdoc/>
    public ILogCursor Open(string output)
    {
        lock (Gate)
        {
            if (Array.Exists(_cursors, open => open.Ledger.Output == output))
            {
                throw new ArgumentException($"output {output} has a cursor already", nameof(output));
            }

            MemoryCursor cursor = new(this, happened.Ledger.Of(output), time, happened);
            _cursors = [.. _cursors, cursor];
            return cursor;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Loss> TakeLosses()
    {
        lock (Gate)
        {
            List<Loss>? losses = _left;
            _left = null;
            foreach (MemoryCursor cursor in _cursors)
            {
                cursor.TakeLosses(ref losses);
            }

            return losses ?? (IReadOnlyList<Loss>)[];
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        lock (Gate)
        {
            IsCompleted = true;
            foreach (MemoryCursor cursor in _cursors)
            {
                cursor.Wake();
            }
        }
    }

    /// <summary>A cursor is closed; under the gate.</summary>
    internal void Remove(MemoryCursor cursor)
    {
        cursor.TakeLosses(ref _left);
        _cursors = Array.FindAll(_cursors, open => open != cursor);
        Release();
    }

    /// <summary>Lets go of what every cursor has read; under the gate.</summary>
    internal void Release()
    {
        long needed = _ring.End;
        foreach (MemoryCursor cursor in _cursors)
        {
            needed = Math.Min(needed, cursor.NextUnread);
        }

        while (_ring.First < needed)
        {
            _ring.RemoveFirst();
        }
    }

    /// <summary>The newest event is always kept, even where it alone is beyond the limit.</summary>
    private bool IsFullFor(EncodedEvent @event) =>
        _ring.Count == limits.Events || (_ring.Count > 0 && _ring.Bytes + @event.Json.Length > limits.Bytes);

    private void DropOldest()
    {
        long oldest = _ring.First;
        EncodedEvent dropped = _ring.RemoveFirst();
        foreach (MemoryCursor cursor in _cursors)
        {
            if (cursor.NextUnread == oldest)
            {
                cursor.Dropped(dropped);
            }
        }
    }
}

/// <summary>How much may wait in memory: events, and bytes of their JSON. Both at least 1.</summary>
internal sealed record MemoryLogLimits(int Events, long Bytes);
