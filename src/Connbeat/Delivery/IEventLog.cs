namespace Connbeat.Delivery;

/// <summary>
/// The one place where events wait. They are appended once, by one writer; each output reads them through a cursor of
/// its own, at its own pace, and a slow or dead one costs the others nothing.
/// </summary>
/// <remarks>
/// A full log drops its oldest events, and only the cursors that had not read them count the loss. So, for each cursor,
/// at every moment since it was opened: appended = delivered + waiting + lost. What waited on disk when a run began counts
/// as appended in that run too.
/// </remarks>
internal interface IEventLog
{
    /// <summary>
    /// How much of the log the output that keeps up best has yet to read: events that may wait are paced by it, so that an
    /// output that is down holds nothing back from the others. Null where no output reads.
    /// </summary>
    LogFill? Fill { get; }

    /// <summary>How much the log holds that some output has yet to read, or to settle.</summary>
    LogDepth Depth { get; }

    /// <summary>
    /// True where the log is set to hold back rather than drop, and is so full that only what can't be told later should
    /// come. It stays true until there is much more room.
    /// </summary>
    bool IsPaused { get; }

    /// <summary>Appends an event for every cursor. Waits for nobody; one writer at a time.</summary>
    /// <exception cref="InvalidOperationException">The log was completed.</exception>
    void Append(EncodedEvent @event);

    /// <summary>Appends events together, which is cheaper on a disk.</summary>
    /// <exception cref="InvalidOperationException">The log was completed.</exception>
    void Append(ReadOnlySpan<EncodedEvent> events);

    /// <summary>
    /// Opens the cursor of an output. A new one starts at the end: it sees what comes from now on. On disk, that of a run
    /// before goes on where it was.
    /// </summary>
    /// <exception cref="ArgumentException">The output has a cursor already.</exception>
    ILogCursor Open(string output);

    /// <summary>What was lost since the last call, per output and reason; empty most of the time.</summary>
    IReadOnlyList<Loss> TakeLosses();

    /// <summary>Nothing more will be appended: readers finish what is there and end.</summary>
    void Complete();
}

/// <summary>How much of a log is unread: 0 is nothing, 1 is as much as it holds.</summary>
internal readonly record struct LogFill(double Events, double Bytes)
{
    /// <summary>The fuller of the two.</summary>
    public double Highest => Math.Max(Events, Bytes);

    /// <summary>The one of two that there is, or that is lower.</summary>
    public static LogFill? Least(LogFill? one, LogFill? other) => one is null || other?.Highest < one.Value.Highest ? other : one;
}

/// <summary>How much a log holds.</summary>
/// <param name="Events">How many events.</param>
/// <param name="Bytes">Of how many bytes, as they are kept.</param>
internal readonly record struct LogDepth(long Events, long Bytes);
