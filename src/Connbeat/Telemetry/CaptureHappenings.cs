using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens between the kernel and the table. Each method logs once and counts once.</summary>
internal sealed partial class CaptureHappenings(ILogger<CaptureHappenings> logger)
{
    private long _snapshots;
    private long _overruns;
    private long _lost;
    private long _incomplete;
    private long _notUnderstood;
    private bool _failing;

    /// <summary>Snapshots taken.</summary>
    public long Snapshots => Interlocked.Read(ref _snapshots);

    /// <summary>How often the kernel's buffer overran.</summary>
    public long Overruns => Interlocked.Read(ref _overruns);

    /// <summary>Changes that the kernel had no room for.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Messages of the kernel's that could not be read.</summary>
    public long NotUnderstood => Interlocked.Read(ref _notUnderstood);

    /// <summary>Snapshots that failed, or that the kernel called inconsistent.</summary>
    public long Incomplete => Interlocked.Read(ref _incomplete);

    /// <summary>An engine is ready to observe.</summary>
    public void Opened(string engine, int bufferBytes, int wantedBytes)
    {
        if (bufferBytes < wantedBytes)
        {
            LogSmallBuffer(logger, engine, bufferBytes, wantedBytes);
        }
        else
        {
            LogOpened(logger, engine, bufferBytes);
        }
    }

    /// <summary>A picture of all sockets was taken.</summary>
    public void SnapshotTaken(int sockets, TimeSpan duration)
    {
        Interlocked.Increment(ref _snapshots);
        LogSnapshot(logger, sockets, duration.TotalMilliseconds);
        if (_failing)
        {
            _failing = false;
            LogWell(logger);
        }
    }

    /// <summary>A picture may lack sockets: the kernel said so.</summary>
    public void SnapshotInconsistent()
    {
        Interlocked.Increment(ref _incomplete);
        LogInconsistent(logger);
    }

    /// <summary>No picture could be taken; it is tried again at the next poll.</summary>
    public void SnapshotFailed(Exception failure)
    {
        Interlocked.Increment(ref _incomplete);
        if (!_failing)
        {
            _failing = true;
            LogFailed(logger, failure.Message);
        }
    }

    /// <summary>A message of the kernel's is not in the form that is known; a snapshot makes up for it.</summary>
    public void ChangeNotUnderstood(Exception failure)
    {
        if (Interlocked.Increment(ref _notUnderstood) == 1)
        {
            LogNotUnderstood(logger, failure.Message);
        }
    }

    /// <summary>The kernel lost changes because its buffer was full.</summary>
    public void Overrun(long lost)
    {
        Interlocked.Increment(ref _overruns);
        Interlocked.Add(ref _lost, lost);
        LogOverrun(logger, lost);
    }

    [LoggerMessage(LogLevel.Information, "Capture by {Engine}, receive buffer of {Bytes} bytes.")]
    private static partial void LogOpened(ILogger logger, string engine, int bytes);

    [LoggerMessage(LogLevel.Information,
        "Capture by {Engine}, receive buffer of {Bytes} bytes instead of {Wanted}: CAP_NET_ADMIN is missing and " +
        "net.core.rmem_max is smaller. Bursts of closing connections may be lost, and are counted.")]
    private static partial void LogSmallBuffer(ILogger logger, string engine, int bytes, int wanted);

    [LoggerMessage(LogLevel.Debug, "Snapshot of {Sockets} sockets took {Milliseconds} ms.")]
    private static partial void LogSnapshot(ILogger logger, int sockets, double milliseconds);

    [LoggerMessage(LogLevel.Debug, "The kernel calls a snapshot inconsistent; nothing is closed by it.")]
    private static partial void LogInconsistent(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "A snapshot failed and is tried again at every poll: {Reason}.")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Snapshots work again.")]
    private static partial void LogWell(ILogger logger);

    [LoggerMessage(LogLevel.Error, "A message of the kernel's is not understood: {Reason}. Said once; a snapshot follows each.")]
    private static partial void LogNotUnderstood(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "The kernel's buffer overran: {Lost} changes lost. A snapshot follows.")]
    private static partial void LogOverrun(ILogger logger, long lost);
}
