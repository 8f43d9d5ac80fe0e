using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens while owners are looked for. Counts always, logs when it begins.</summary>
internal sealed partial class EnrichmentHappenings(ILogger<EnrichmentHappenings> logger)
{
    private long _failed;
    private long _scanned;
    private long _faulty;
    private bool _failing;
    private bool _denied;
    private bool _damaged;

    /// <summary>Looks at the processes that failed as a whole.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Processes whose descriptors were read.</summary>
    public long ProcessesScanned => Interlocked.Read(ref _scanned);

    /// <summary>Processes that could not be read, for a reason that is not normal life.</summary>
    public long ProcessesFaulty => Interlocked.Read(ref _faulty);

    /// <summary>A look at the processes failed as a whole; the next one begins anew.</summary>
    public void ScanFailed(Exception exception)
    {
        Interlocked.Increment(ref _failed);
        if (!_failing)
        {
            LogScanFailed(logger, exception, exception.Message);
        }

        _failing = true;
    }

    /// <summary>A look at the processes succeeded, maybe not for all of them.</summary>
    public void Scanned(int scanned, int denied, int faulty, string? fault)
    {
        _failing = false;
        Interlocked.Add(ref _scanned, scanned);
        Interlocked.Add(ref _faulty, faulty);
        if (denied > 0 && !_denied)
        {
            LogDenied(logger, denied);
        }

        if (faulty > 0 && !_damaged)
        {
            LogFaulty(logger, faulty, fault);
        }

        _denied |= denied > 0;
        _damaged = faulty > 0;
    }

    /// <summary>The system was asked for a user's name, and has not answered.</summary>
    public void UsersHang(uint uid, TimeSpan after) => LogUsersHang(logger, uid, after.TotalSeconds);

    /// <summary>The system answers soon again when it is asked for users.</summary>
    public void UsersAnswer() => LogUsersAnswer(logger);

    [LoggerMessage(LogLevel.Error,
        "Looking at the processes failed, so new sockets have no owner until it succeeds: {Reason}")]
    private static partial void LogScanFailed(ILogger logger, Exception exception, string reason);

    [LoggerMessage(LogLevel.Warning,
        "{Count} of the processes may not be looked at, and their sockets are told without a process; " +
        "it takes CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, and every capability that the process has.")]
    private static partial void LogDenied(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "{Count} processes could not be read; the first of them: {Fault}")]
    private static partial void LogFaulty(ILogger logger, int count, string? fault);

    [LoggerMessage(LogLevel.Warning,
        "The system was asked for the name of uid {Uid} and has not answered for {Seconds} s. Users who are not in /etc/passwd " +
        "are told by number until it does; see 'passwd' in /etc/nsswitch.conf for whom it asks.")]
    private static partial void LogUsersHang(ILogger logger, uint uid, double seconds);

    [LoggerMessage(LogLevel.Information, "The system answers again when it is asked for the names of users.")]
    private static partial void LogUsersAnswer(ILogger logger);
}
