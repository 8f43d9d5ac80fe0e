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

    /// <summary>An output has failed so often in succession that it is only probed.</summary>
    public void OutputDown(OutputLedger output, int failures, string reason) =>
        LogOutputDown(logger, output.Output, failures, reason);

    /// <summary>An output that was unwell takes events again.</summary>
    public void OutputWell(OutputLedger output, long failures) => LogOutputWell(logger, output.Output, failures);

    /// <summary>The log is full and an output has begun to lose its oldest events.</summary>
    public void QueueOverflowed(OutputLedger output) => LogQueueOverflowed(logger, output.Output);

    /// <summary>An output that lost events to a full log has read all there is.</summary>
    public void QueueCaughtUp(OutputLedger output, long lost) => LogQueueCaughtUp(logger, output.Output, lost);

    /// <summary>The far end has begun to refuse events. The reason is the far end's own and must not quote an event.</summary>
    /// <param name="output">The output.</param>
    /// <param name="count">How many events, to begin with.</param>
    /// <param name="reason">Why the first.</param>
    /// <param name="deadLetters">The file that they go to; null: they are dropped.</param>
    public void EventsRejected(OutputLedger output, int count, string reason, string? deadLetters) =>
        LogEventsRejected(logger, output.Output, count, reason, FateOf(deadLetters));

    /// <summary>The attempts that are allowed have begun to be too few.</summary>
    public void EventsGivenUp(OutputLedger output, int count, int maxRetries, string? deadLetters) =>
        LogEventsGivenUp(logger, output.Output, count, maxRetries, FateOf(deadLetters));

    /// <summary>The file for dead letters takes them no longer, or again.</summary>
    /// <param name="output">The output.</param>
    /// <param name="path">The file.</param>
    /// <param name="problem">Why not; null where it does.</param>
    public void DeadLettersChanged(OutputLedger output, string path, string? problem)
    {
        if (problem is null)
        {
            LogDeadLettersKept(logger, output.Output, path, output.DeadLettersLost);
        }
        else
        {
            LogDeadLettersUnkept(logger, output.Output, path, problem);
        }
    }

    /// <summary>The log holds back: what may wait is not told.</summary>
    public void ReportsPaused() => LogReportsPaused(logger);

    /// <summary>There is room again for what may wait.</summary>
    public void ReportsResumed() => LogReportsResumed(logger);

    /// <summary>The agent stops with events that were not delivered.</summary>
    public void EventsAbandoned(OutputLedger output, long count, LossReason reason) =>
        LogEventsAbandoned(logger, output.Output, count, reason.Name());

    [LoggerMessage(LogLevel.Warning, "Output {Output} is unwell: {Reason}. Its events wait and are tried again.")]
    private static partial void LogOutputUnwell(ILogger logger, string output, string reason);

    [LoggerMessage(LogLevel.Warning,
        "Output {Output} has failed {Failures} times in succession, the last time: {Reason}. Until it answers it is tried " +
        "with one event at a time.")]
    private static partial void LogOutputDown(ILogger logger, string output, int failures, string reason);

    [LoggerMessage(LogLevel.Information, "Output {Output} is well again after {Failures} failed attempts.")]
    private static partial void LogOutputWell(ILogger logger, string output, long failures);

    [LoggerMessage(LogLevel.Error, "Output {Output} loses its oldest events: the queue is full.")]
    private static partial void LogQueueOverflowed(ILogger logger, string output);

    [LoggerMessage(LogLevel.Information, "Output {Output} has caught up after losing {Lost} events to a full queue.")]
    private static partial void LogQueueCaughtUp(ILogger logger, string output, long lost);

    [LoggerMessage(LogLevel.Error,
        "Output {Output} rejects events, {Count} to begin with; the first: {Reason}. They {Fate}.")]
    private static partial void LogEventsRejected(ILogger logger, string output, int count, string reason, string fate);

    [LoggerMessage(LogLevel.Error,
        "Output {Output} gives up events, {Count} to begin with: max_retries is {MaxRetries}. They {Fate}.")]
    private static partial void LogEventsGivenUp(ILogger logger, string output, int count, int maxRetries, string fate);

    [LoggerMessage(LogLevel.Error, "Dead letters of output {Output} can't be kept in {Path}: {Problem}. They are lost.")]
    private static partial void LogDeadLettersUnkept(ILogger logger, string output, string path, string problem);

    [LoggerMessage(LogLevel.Information, "Dead letters of output {Output} are kept in {Path} again; {Lost} were lost.")]
    private static partial void LogDeadLettersKept(ILogger logger, string output, string path, long lost);

    [LoggerMessage(LogLevel.Warning,
        "The queue on disk is filling up: until outputs have read half of it, openings and closings are told, and nothing else.")]
    private static partial void LogReportsPaused(ILogger logger);

    [LoggerMessage(LogLevel.Information, "There is room in the queue again: connections that live are reported as before.")]
    private static partial void LogReportsResumed(ILogger logger);

    [LoggerMessage(LogLevel.Error, "Output {Output} lost {Count} events that were not yet delivered: {Reason}.")]
    private static partial void LogEventsAbandoned(ILogger logger, string output, long count, string reason);

    private static string FateOf(string? deadLetters) => deadLetters is null ? "are dropped" : $"go to {deadLetters}";
}
