namespace Connbeat.Delivery.Spool;

/// <content>What comes to the disk, and what goes from it.</content>
internal sealed partial class DiskLog
{
    private const int EventsPerDrain = 256;

    /// <summary>Writes events, if the disk has room and takes them. Under the writing lock.</summary>
    /// <returns>The segment that they are at the end of, its figures still those of before; null where they are not.</returns>
    private Segment? TryWrite(long first, ReadOnlySpan<EncodedEvent> events)
    {
        long size = 0;
        foreach (EncodedEvent @event in events)
        {
            size += SpoolRecord.SizeOf(@event);
        }

        if (!MakeRoom(size))
        {
            _isRefused = true;
            _spool.WriteRefused(_folder.Path, $"it is full, with {_limits.MaxSize} bytes");
            return null;
        }

        try
        {
            Segment segment = _writer.Write(first, events);
            _spool.WriteTaken(_folder.Path);
            return segment;
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            _isRefused = true;
            _spool.WriteRefused(_folder.Path, failure.Message.TrimEnd('.'));
            EndSegment(); // so that it can be removed once it is delivered: that may be all the room there is to gain
            return null;
        }
    }

    /// <summary>Has the next event begin another segment. Under the writing lock.</summary>
    private void EndSegment()
    {
        _writer.Seal();
        lock (Gate)
        {
            _active = null;
            Release();
        }
    }

    /// <summary>Drops the oldest segments until there is room, where that is allowed.</summary>
    private bool MakeRoom(long size)
    {
        lock (Gate)
        {
            long condemned = 0;
            foreach (Segment segment in _condemned)
            {
                condemned += segment.Length;
            }

            if (condemned > 2 * _limits.SegmentSize)
            {
                return false; // the disk does not keep up with removing them
            }

            while (_bytes + size > _limits.MaxSize)
            {
                if (_limits.Pauses || _segments.Count < 2)
                {
                    return false;
                }

                DropOldest();
            }

            return true;
        }
    }

    private void DropOldest()
    {
        Segment oldest = _segments[0];
        long next = _segments[1].First;
        foreach (DiskCursor cursor in _cursors)
        {
            if (cursor.NextUnread < next)
            {
                cursor.DroppedTo(next, oldest.Earliest, oldest.Latest);
            }
        }

        _overflowed = true;
        CondemnOldest();
        Release();
    }

    private void CondemnOldest()
    {
        _bytes -= _segments[0].Length;
        _condemned.Add(_segments[0]);
        _segments.RemoveAt(0);
    }

    /// <summary>Lets cursors see events that were written, or wait in memory. Under the gate and the writing lock.</summary>
    private void Publish(ReadOnlySpan<EncodedEvent> events, Segment? segment)
    {
        bool isAwaited = segment is null || Array.Exists(_cursors, cursor => cursor.NextUnread >= _ring.First);
        long first = End;
        long size = 0;
        foreach (EncodedEvent @event in events)
        {
            size += SpoolRecord.SizeOf(@event);
            if (isAwaited)
            {
                _ring.Add(@event);
            }
            else
            {
                _ring.Restart(End + 1); // every output reads far behind, from the disk
            }
        }

        if (segment is not null)
        {
            Store(segment, first, events);
        }

        foreach (DiskCursor cursor in _cursors)
        {
            cursor.Appended(events.Length, size);
        }

        Trim();
    }

    /// <summary>Events were written to the end of a segment. Under the gate and the writing lock.</summary>
    private void Store(Segment segment, long first, ReadOnlySpan<EncodedEvent> events)
    {
        if (_segments.Count == 0 || _segments[^1] != segment)
        {
            _segments.Add(segment);
        }

        _active = segment;
        foreach (EncodedEvent @event in events)
        {
            int size = SpoolRecord.SizeOf(@event);
            segment.Add(first++, @event.Timestamp, segment.Length, size);
            _bytes += size;
        }

        _stored = Math.Max(_stored, first);
    }

    /// <summary>Keeps memory within its limits: what is on disk goes in silence, what is not is counted.</summary>
    private void Trim()
    {
        Release();
        while (_ring.First < _stored && (_ring.Bytes > _limits.Tail || _ring.Count > _limits.Memory.Events))
        {
            _ring.RemoveFirst();
        }

        while (_ring.First >= _stored && _ring.Count > 1 &&
            (_ring.Bytes > _limits.Memory.Bytes || _ring.Count > _limits.Memory.Events))
        {
            DropOldestInMemory();
        }
    }

    private void DropOldestInMemory()
    {
        long position = _ring.First;
        EncodedEvent dropped = _ring.RemoveFirst();
        _stored = _ring.First;
        foreach (DiskCursor cursor in _cursors)
        {
            if (cursor.NextUnread <= position)
            {
                cursor.Dropped(position, dropped);
            }
        }

        Holes.Add(position, position + 1);
        _overflowed = true;
    }

    /// <summary>Writes what waits in memory, as long as the disk takes it.</summary>
    private void Drain()
    {
        while (true)
        {
            lock (_writing)
            {
                long first;
                EncodedEvent[] events;
                lock (Gate)
                {
                    first = Math.Max(_stored, _ring.First);
                    events = new EncodedEvent[Math.Min(EventsPerDrain, End - first)];
                    for (int i = 0; i < events.Length; i++)
                    {
                        events[i] = _ring[first + i];
                    }
                }

                _isRefused = false;
                if (events.Length == 0 || TryWrite(first, events) is not { } segment)
                {
                    return;
                }

                lock (Gate)
                {
                    Store(segment, first, events);
                    Trim();
                }
            }
        }
    }
}
