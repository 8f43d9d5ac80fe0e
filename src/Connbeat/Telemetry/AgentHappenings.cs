using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens to the agent as a whole.</summary>
internal sealed partial class AgentHappenings(ILogger<AgentHappenings> logger)
{
    /// <summary>The agent begins to work.</summary>
    public void Started(string source) => LogStarted(logger, source);

    /// <summary>Connections of the run before this one were found in the state file.</summary>
    public void Restored(int connections) => LogRestored(logger, connections);

    /// <summary>The agent cannot go on; what it has captured is still delivered.</summary>
    public void Failed(Exception failure) => LogFailed(logger, failure, failure.Message);

    /// <summary>The agent was asked to stop and delivers what is left.</summary>
    public void Stopping() => LogStopping(logger);

    /// <summary>The agent has stopped.</summary>
    public void Stopped(long lastSequence) => LogStopped(logger, lastSequence);

    /// <summary>A while has passed: how much was captured, how much processors dropped, and what became of the rest.</summary>
    public void Metrics(long captured, long dropped, int sockets, DeliveryLedger ledger)
    {
        foreach (OutputLedger output in ledger.Outputs)
        {
            LogMetrics(
                logger, captured, sockets, dropped, output.Output, output.Delivered, output.Waiting, output.Lost, output.Outages);
        }
    }

    [LoggerMessage(LogLevel.Information,
        "{Captured} events captured of {Sockets} sockets now open, {Dropped} more dropped by processors; " +
        "output {Output}: {Delivered} delivered, " +
        "{Waiting} waiting, {Lost} lost, {Outages} outages.")]
    private static partial void LogMetrics(
        ILogger logger, long captured, int sockets, long dropped, string output, long delivered, long waiting, long lost, long outages);

    [LoggerMessage(LogLevel.Information, "connbeat start running, source {Source}.")]
    private static partial void LogStarted(ILogger logger, string source);

    [LoggerMessage(LogLevel.Information, "{Connections} connections and listeners known from the run before this one.")]
    private static partial void LogRestored(ILogger logger, int connections);

    [LoggerMessage(LogLevel.Error, "connbeat cannot go on: {Reason}")]
    private static partial void LogFailed(ILogger logger, Exception failure, string reason);

    [LoggerMessage(LogLevel.Information, "connbeat stops: delivering what is left.")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(LogLevel.Information, "connbeat stopped after {LastSequence} events.")]
    private static partial void LogStopped(ILogger logger, long lastSequence);
}
