using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens between the table and the log. Each method logs once and counts once.</summary>
internal sealed partial class TrackingHappenings(ILogger<TrackingHappenings> logger)
{
    private long _stateFailures;

    /// <summary>How often the state file could not be used.</summary>
    public long StateFailures => Interlocked.Read(ref _stateFailures);

    /// <summary>The state file cannot be used; connections are paired within this run only.</summary>
    public void StateUnavailable(string path, string reason)
    {
        Interlocked.Increment(ref _stateFailures);
        LogStateUnavailable(logger, path, reason);
    }

    /// <summary>What is in the state file was not written by connbeat, or is damaged from its first byte.</summary>
    public void StateUnreadable(string path, long bytes)
    {
        Interlocked.Increment(ref _stateFailures);
        LogStateUnreadable(logger, path, bytes);
    }

    [LoggerMessage(LogLevel.Warning,
        "State file {Path} cannot be used: {Reason}. Openings and ends are paired within this run only.")]
    private static partial void LogStateUnavailable(ILogger logger, string path, string reason);

    [LoggerMessage(LogLevel.Warning, "State file {Path} ({Bytes} bytes) is not readable and is begun anew.")]
    private static partial void LogStateUnreadable(ILogger logger, string path, long bytes);
}
