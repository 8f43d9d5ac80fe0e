namespace Connbeat.Delivery.Spool;

/// <summary>How much a log on disk may hold.</summary>
/// <param name="MaxSize">Bytes of all its segments.</param>
/// <param name="Pauses">True to keep what it has when it is full, and have less come; false to drop the oldest.</param>
/// <param name="Memory">What may wait in memory while the disk takes nothing.</param>
internal sealed record SpoolLimits(long MaxSize, bool Pauses, MemoryLogLimits Memory)
{
    private const long LargestSegment = 64 << 20;
    private const long LargestTail = 8 << 20;

    /// <summary>How much of it, being full, is let go at once.</summary>
    private const int Shares = 16;

    /// <summary>Bytes of a segment before the next is begun.</summary>
    public long SegmentSize => Math.Min(MaxSize / Shares, LargestSegment);

    /// <summary>Bytes of the newest events that are kept in memory for outputs that keep up.</summary>
    public long Tail => Math.Min(Memory.Bytes, LargestTail);
}
