using Connbeat.Telemetry;

namespace Connbeat.Delivery.Spool;

/// <content>How a batch is taken from memory, or from the disk.</content>
internal sealed partial class DiskCursor
{
    // The reader's side only.
    private DiskReader? _reader;

    private EventBatch TakeFromTail(int maxEvents, long maxBytes)
    {
        _reader?.Dispose();
        _reader = null;
        List<EncodedEvent> events = new((int)Math.Min(maxEvents, Unread));
        long bytes = 0;
        for (long position = NextUnread; position < _log.End && events.Count < maxEvents; position++)
        {
            EncodedEvent next = _log.Tail[position];
            bytes += next.Json.Length;
            if (bytes > maxBytes && events.Count > 0)
            {
                break;
            }

            events.Add(next);
        }

        return Take(NextUnread, events);
    }

    /// <summary>Reads without the gate. What was dropped meanwhile is counted, and not given out any more.</summary>
    /// <returns>Null where nothing could be read.</returns>
    private EventBatch? TakeFromDisk(Segment segment, long limit, long end, int maxEvents, long maxBytes)
    {
        long from = NextUnread;
        long first = end;
        List<EncodedEvent> events = [];
        try
        {
            if (_reader is null || !_reader.IsAt(segment, from))
            {
                _reader?.Dispose();
                _reader = null;
                _reader = new DiskReader(segment, _log.OpenToRead(segment), MarkBefore(segment, from), from);
            }

            first = _reader.Read(limit, end, maxEvents, maxBytes, events);
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            // Its file is gone: dropped just now, or by somebody else.
        }

        lock (_log.Gate)
        {
            if (!_isOpen)
            {
                return null;
            }

            if (NextUnread > from)
            {
                int gone = (int)Math.Clamp(NextUnread - first, 0, events.Count);
                events.RemoveRange(0, gone);
                first += gone;
                if (events.Count == 0 || first > NextUnread)
                {
                    return null; // begins again where it is now
                }
            }
            else
            {
                PassTo(first);
            }

            return events.Count > 0 ? Take(first, events) : null;
        }
    }

    private (long Position, long At) MarkBefore(Segment segment, long position)
    {
        lock (_log.Gate)
        {
            return segment.MarkBefore(position);
        }
    }

    /// <summary>What is up to there can't be read.</summary>
    private void PassTo(long position)
    {
        long missing = position - NextUnread - _log.Holes.Count(NextUnread, position);
        CountMissing(LossReason.SpoolDamaged, NextUnread, position, missing);
        if (missing > 0)
        {
            _log.TellUnreadable(_ledger.Output, missing, _log.SegmentFrom(NextUnread));
        }

        NextUnread = position;
    }

    private EventBatch Take(long first, List<EncodedEvent> events)
    {
        NextUnread = first + events.Count;
        foreach (EncodedEvent taken in events)
        {
            UnreadBytes -= SpoolRecord.SizeOf(taken);
        }

        UnreadBytes = Unread == 0 ? 0 : Math.Max(UnreadBytes, 0);
        _waitingSince = _time.GetTimestamp(); // what stays may wait for company again
        _batch = new UnsettledBatch(new EventBatch(first, events));
        _lastRead = events[^1].Timestamp;
        _log.Release();
        return _batch.Batch;
    }
}
