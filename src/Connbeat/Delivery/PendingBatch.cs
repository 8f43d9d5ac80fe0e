using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>
/// What is left of a batch between attempts, in parts that are sent one after the other: in order, and none before all
/// that stands before it is settled. A part that is refused becomes two, so a bad event among n is found alone after at
/// most 2·log2(n) more requests, and the others are delivered on the way.
/// </summary>
internal sealed class PendingBatch
{
    private readonly ILogCursor _cursor;
    private readonly long _last;
    private readonly Stack<int> _parts = new();
    private EncodedEvent[] _events;
    private long[] _positions;
    private long _unsettled;
    private IReadOnlyList<EncodedEvent>? _next;

    public PendingBatch(ILogCursor cursor, EventBatch batch)
    {
        _cursor = cursor;
        _last = batch.Last;
        _unsettled = batch.First;
        _events = [.. batch.Events];
        _positions = new long[_events.Length];
        for (int i = 0; i < _positions.Length; i++)
        {
            _positions[i] = batch.First + i;
        }

        _parts.Push(_events.Length);
    }

    /// <summary>What is not settled, oldest first.</summary>
    public IReadOnlyList<EncodedEvent> Events => _events;

    /// <summary>True when nothing is left.</summary>
    public bool IsSettled => _events.Length == 0;

    /// <summary>The events to send next, oldest first: the same list as long as they are the same.</summary>
    /// <param name="most">How many there may be.</param>
    public IReadOnlyList<EncodedEvent> Next(int most)
    {
        int count = Math.Min(_parts.Peek(), most);
        return _next = _next?.Count == count ? _next : new ArraySegment<EncodedEvent>(_events, 0, count);
    }

    /// <summary>Takes in what the output did with the events that were next.</summary>
    public void Settle(DeliveryResult result)
    {
        int sent = _next!.Count;
        switch (result)
        {
            case DeliveryResult.Delivered:
                Keep(sent, []);
                break;

            case DeliveryResult.Partial partial:
                foreach (Rejection rejection in partial.Rejected)
                {
                    _cursor.Lose(_positions[rejection.Position], LossReason.Rejected);
                }

                Keep(sent, partial.Retry);
                break;

            case DeliveryResult.Refused:
                int rest = _parts.Pop() - sent;
                Push(rest);
                Push(sent - (sent / 2));
                Push(sent / 2);
                _next = null;
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

        _parts.Clear();
        _events = [];
        _positions = [];
        Acknowledge();
    }

    /// <summary>Of the events that were sent, these are still to be sent.</summary>
    private void Keep(int sent, IReadOnlyList<int> retry)
    {
        int[] kept = [.. retry];
        Array.Sort(kept);
        _events = [.. kept.Select(i => _events[i]), .. _events.AsSpan(sent)];
        _positions = [.. kept.Select(i => _positions[i]), .. _positions.AsSpan(sent)];
        _next = null;
        Push(_parts.Pop() - sent + kept.Length);
        Acknowledge();
    }

    private void Push(int part)
    {
        if (part > 0)
        {
            _parts.Push(part);
        }
    }

    private void Acknowledge()
    {
        long settled = _positions.Length > 0 ? _positions[0] - 1 : _last;
        if (settled >= _unsettled)
        {
            _cursor.Acknowledge(settled);
            _unsettled = settled + 1;
        }
    }
}
