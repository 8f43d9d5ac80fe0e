using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>
/// One output's place in the log. One reader takes a batch, settles each event of it (delivered or lost), and only then
/// takes the next. A batch belongs to its reader: a full log can't take it back.
/// </summary>
internal interface ILogCursor
{
    /// <summary>What became of this output's events.</summary>
    OutputLedger Ledger { get; }

    /// <summary>When the oldest event happened that is neither delivered nor lost; null where there is none. Any thread.</summary>
    DateTimeOffset? OldestWaiting { get; }

    /// <summary>
    /// The next unread events, oldest first, at least one: as soon as there are <paramref name="maxEvents"/> or
    /// <paramref name="maxBytes"/> of JSON, or the oldest has waited for <paramref name="linger"/>.
    /// </summary>
    /// <returns>Null when the log is completed and all of it was read, or when the cursor is closed.</returns>
    /// <exception cref="InvalidOperationException">The batch before is not settled.</exception>
    ValueTask<EventBatch?> ReadAsync(
        int maxEvents, long maxBytes, TimeSpan linger, CancellationToken cancellationToken);

    /// <summary>Everything of the batch up to and with this position is delivered, except what was lost.</summary>
    void Acknowledge(long through);

    /// <summary>One event of the batch, not yet acknowledged, will never be delivered.</summary>
    void Lose(long position, LossReason reason);

    /// <summary>
    /// Ends reading. What waits is lost; but where the agent only stops (<see cref="LossReason.Shutdown"/>), a log on disk
    /// keeps it for the next run.
    /// </summary>
    /// <returns>How many events were lost by that.</returns>
    long Close(LossReason reason);
}

/// <summary>Events that were read together. Positions are the log's own and go up by one.</summary>
internal sealed record EventBatch(long First, IReadOnlyList<EncodedEvent> Events)
{
    /// <summary>Position of the last event.</summary>
    public long Last => First + Events.Count - 1;
}
