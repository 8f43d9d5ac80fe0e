using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>
/// What is left of a batch between attempts. Each answer of the output narrows it, in order, and settles the rest.
/// </summary>
internal sealed class PendingBatch
{
    private readonly ILogCursor _cursor;
    private readonly long _last;
    private long[] _positions;
    private long _unsettled;

    public PendingBatch(ILogCursor cursor, EventBatch batch)
    {
        _cursor = cursor;
        _last = batch.Last;
        _unsettled = batch.First;
        _positions = new long[batch.Events.Count];
        for (int i = 0; i < _positions.Length; i++)
        {
            _positions[i] = batch.First + i;
        }

        Events = batch.Events;
    }

    /// <summary>The events to send next, oldest first.</summary>
    public IReadOnlyList<EncodedEvent> Events { get; private set; }

    /// <summary>Takes in what the output did with <see cref="Events"/>.</summary>
    public void Settle(DeliveryResult result)
    {
        switch (result)
        {
            case DeliveryResult.Delivered:
                Keep([]);
                break;

            case DeliveryResult.Partial partial:
                foreach (Rejection rejection in partial.Rejected)
                {
                    _cursor.Lose(_positions[rejection.Position], LossReason.Rejected);
                }

                Keep(partial.Retry);
                break;

            case DeliveryResult.RetryLater:
                break;
        }
    }

    /// <summary>Counts all that is left as lost.</summary>
    public void Lose(LossReason reason)
    {
        foreach (long position in _positions)
        {
            _cursor.Lose(position, reason);
        }

        Keep([]);
    }

    private void Keep(IReadOnlyList<int> retry)
    {
        int[] kept = [.. retry];
        Array.Sort(kept);
        Events = Array.ConvertAll(kept, i => Events[i]);
        _positions = Array.ConvertAll(kept, i => _positions[i]);

        long settled = kept.Length > 0 ? _positions[0] - 1 : _last;
        if (settled >= _unsettled)
        {
            _cursor.Acknowledge(settled);
            _unsettled = settled + 1;
        }
    }
}
