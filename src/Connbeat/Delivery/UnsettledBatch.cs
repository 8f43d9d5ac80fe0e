namespace Connbeat.Delivery;

/// <summary>A batch in the hands of its reader: which of its events are settled, and which are open.</summary>
internal sealed class UnsettledBatch(EventBatch batch)
{
    private readonly HashSet<long> _lost = [];
    private long _unsettled = batch.First;

    public EventBatch Batch => batch;

    /// <summary>Position of the first event that is not acknowledged.</summary>
    public long First => _unsettled;

    /// <summary>True when the last event is acknowledged.</summary>
    public bool IsSettled => _unsettled > batch.Last;

    /// <summary>How many events are open.</summary>
    public long Count => batch.Last + 1 - _unsettled - _lost.Count;

    /// <summary>When the first open event happened; null where none is open.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            foreach ((_, EncodedEvent open) in Open())
            {
                return open.Timestamp;
            }

            return null;
        }
    }

    /// <summary>The open events and their positions.</summary>
    public IEnumerable<(long Position, EncodedEvent Event)> Open()
    {
        for (long position = _unsettled; position <= batch.Last; position++)
        {
            if (!_lost.Contains(position))
            {
                yield return (position, At(position));
            }
        }
    }

    /// <summary>Everything up to and with this position is settled.</summary>
    /// <returns>How many events are delivered by that: those that are not lost.</returns>
    public long Acknowledge(long through)
    {
        Check(through);
        long lost = _lost.RemoveWhere(position => position <= through);
        long delivered = through + 1 - _unsettled - lost;
        _unsettled = through + 1;
        return delivered;
    }

    /// <summary>Marks an event as lost.</summary>
    /// <returns>The event; null where it was lost before.</returns>
    public EncodedEvent? Lose(long position)
    {
        Check(position);
        return _lost.Add(position) ? At(position) : null;
    }

    private EncodedEvent At(long position) => batch.Events[(int)(position - batch.First)];

    private void Check(long position)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(position, _unsettled);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, batch.Last);
    }
}
