namespace Connbeat.Delivery.Spool;

/// <summary>Reads batches out of one segment, one behind the other.</summary>
/// <param name="segment">The segment.</param>
/// <param name="file">Its file; disposed with the reader.</param>
/// <param name="mark">Where in the file to begin, and with what position.</param>
/// <param name="next">The position to read next.</param>
internal sealed class DiskReader(Segment segment, ISpoolFile file, (long Position, long At) mark, long next) : IDisposable
{
    /// <summary>Small enough that what a batch keeps is freed soon, large enough for few calls.</summary>
    private const int Chunk = 64 * 1024;

    private readonly SegmentReader _records = new(file, mark.Position, mark.At, Chunk, isKept: true);

    /// <summary>True where the record that was read last is for the next batch.</summary>
    private bool _isAhead;

    /// <summary>True where the next batch of this segment begins with this position.</summary>
    public bool IsAt(Segment other, long position) => other == segment && position == next;

    /// <summary>Reads events with positions that go up by one.</summary>
    /// <param name="limit">Bytes of the segment that hold records.</param>
    /// <param name="end">Position behind its last event.</param>
    /// <param name="maxEvents">The most events.</param>
    /// <param name="maxBytes">The most bytes of JSON, unless it is one event.</param>
    /// <param name="into">Takes the events.</param>
    /// <returns>
    /// The position of the first; higher than asked for where what is before it can't be read, and
    /// <paramref name="end"/> where nothing can.
    /// </returns>
    public long Read(long limit, long end, int maxEvents, long maxBytes, List<EncodedEvent> into)
    {
        _records.Limit = limit;
        long first = next;
        long bytes = 0;
        while (into.Count < maxEvents && (_isAhead || _records.MoveNext()))
        {
            SpoolRecord record = _records.Current;
            _isAhead = false;
            if (record.Position < first || record.Position >= end)
            {
                continue;
            }

            bytes += record.BodyLength - record.KeyLength;
            if (into.Count > 0 && (record.Position != first + into.Count || bytes > maxBytes))
            {
                _isAhead = true;
                break;
            }

            first = into.Count == 0 ? record.Position : first;
            into.Add(record.ToEvent(_records.Body));
        }

        first = into.Count == 0 ? end : first;
        next = first + into.Count;
        return first;
    }

    /// <inheritdoc/>
    public void Dispose() => _records.Dispose();
}
