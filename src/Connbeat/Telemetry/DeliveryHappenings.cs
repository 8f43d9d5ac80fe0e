using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>
/// Everything notable that happens in delivery, told when it changes rather than each time. Events are counted in the
/// ledger as they move, by the log that moves them, so that the ledger is true at every moment.
/// </summary>
internal sealed partial class DeliveryHappenings(ILogger<DeliveryHappenings> logger)
{
    /// <summary>What became of the events, per output.</summary>
    public DeliveryLedger Ledger { get; } = new();

    /// <summary>An output that was well has failed; its events wait.</summary>
    public void OutputUnwell(OutputLedger output, string reason)
    {
        output.CountOutage();
        LogOutputUnwell(logger, output.Output, reason);
    }

    /// <summary>An output that was unwell takes events again.</summary>
    public void OutputWell(OutputLedger output, long failures) => LogOutputWell(logger, output.Output, failures);

    /// <summary>The log is full and an output has begun to lose its oldest events.</summary>
    public void QueueOverflowed(OutputLedger output) => LogQueueOverflowed(logger, output.Output);

    /// <summary>An output that lost events to a full log has read all there is.</summary>
    public void QueueCaughtUp(OutputLedger output, long lost) => LogQueueCaughtUp(logger, output.Output, lost);

    /// <summary>The far end has begun to refuse events. The reason is the far end's own and must not quote an event.</summary>
    public void EventsRejected(OutputLedger output, int count, string reason) =>
        LogEventsRejected(logger, output.Output, count, reason);

    /// <summary>The attempts that are allowed have begun to be too few.</summary>
    public void EventsGivenUp(OutputLedger output, int count, int maxRetries) =>
        LogEventsGivenUp(logger, output.Output, count, maxRetries);

    /// <summary>The agent stops with events that were not delivered.</summary>
    public void EventsAbandoned(OutputLedger output, long count, LossReason reason) =>
        LogEventsAbandoned(logger, output.Output, count, reason.Name());

    [LoggerMessage(LogLevel.Warning, "Output {Output} is unwell: {Reason}. Its events wait and are tried again.")]
    private static partial void LogOutputUnwell(ILogger logger, string output, string reason);

    [LoggerMessage(LogLevel.Information, "Output {Output} is well again after {Failures} failed attempts.")]
    private static partial void LogOutputWell(ILogger logger, string output, long failures);

    [LoggerMessage(LogLevel.Error, "Output {Output} loses its oldest events: the queue is full.")]
    private static partial void LogQueueOverflowed(ILogger logger, string output);

    [LoggerMessage(LogLevel.Information, "Output {Output} has caught up after losing {Lost} events to a full queue.")]
    private static partial void LogQueueCaughtUp(ILogger logger, string output, long lost);

    [LoggerMessage(LogLevel.Error, "Output {Output} rejects events, {Count} of this batch; the first: {Reason}.")]
    private static partial void LogEventsRejected(ILogger logger, string output, int count, string reason);

    [LoggerMessage(LogLevel.Error, "Output {Output} loses events, {Count} to begin with: max_retries is {MaxRetries}.")]
    private static partial void LogEventsGivenUp(ILogger logger, string output, int count, int maxRetries);

    [LoggerMessage(LogLevel.Error, "Output {Output} lost {Count} events that were not yet delivered: {Reason}.")]
    private static partial void LogEventsAbandoned(ILogger logger, string output, long count, string reason);
}
