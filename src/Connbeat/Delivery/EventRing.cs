namespace Connbeat.Delivery;

/// <summary>
/// Holds a run of events by position, in slots that are used again. Grows to what it once held and forgets what was
/// removed. Knows no limits, locks or readers: those are its log's.
/// </summary>
internal sealed class EventRing
{
    private const int SmallestSize = 256;

    /// <summary>An event is in the slot of its position's lowest bits: the length is a power of two.</summary>
    private EncodedEvent?[] _slots = new EncodedEvent?[SmallestSize];

    /// <summary>Position of the oldest event, or of the next one when there is none.</summary>
    public long First { get; private set; }

    /// <summary>Position that the next event will have.</summary>
    public long End { get; private set; }

    /// <summary>Events held.</summary>
    public int Count => (int)(End - First);

    /// <summary>Bytes of JSON held.</summary>
    public long Bytes { get; private set; }

    public EncodedEvent this[long position] => Slot(position)!;

    public void Add(EncodedEvent @event)
    {
        if (Count == _slots.Length)
        {
            Grow();
        }

        Slot(End++) = @event;
        Bytes += @event.Json.Length;
    }

    public EncodedEvent RemoveFirst()
    {
        ref EncodedEvent? slot = ref Slot(First++);
        EncodedEvent removed = slot!;
        slot = null;
        Bytes -= removed.Json.Length;
        return removed;
    }

    /// <summary>Forgets everything and goes on at another position.</summary>
    public void Restart(long position)
    {
        while (Count > 0)
        {
            RemoveFirst();
        }

        First = position;
        End = position;
    }

    private ref EncodedEvent? Slot(long position) => ref _slots[position & (_slots.Length - 1)];

    private void Grow()
    {
        EncodedEvent?[] smaller = _slots;
        _slots = new EncodedEvent?[smaller.Length * 2];
        for (long position = First; position < End; position++)
        {
            Slot(position) = smaller[position & (smaller.Length - 1)];
        }
    }
}
