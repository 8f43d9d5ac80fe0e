using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>Everything notable that happens to the log on disk, counted each time and told when it changes.</summary>
internal sealed partial class SpoolHappenings(ILogger<SpoolHappenings> logger)
{
    private long _writesRefused;
    private long _syncsFailed;
    private long _damagedBytes;
    private bool _isRefused;
    private bool _isUnsafe;
    private bool _isLittered;

    /// <summary>How often the disk took no events.</summary>
    public long WritesRefused => Interlocked.Read(ref _writesRefused);

    /// <summary>How often the disk did not make safe what it had taken.</summary>
    public long SyncsFailed => Interlocked.Read(ref _syncsFailed);

    /// <summary>Bytes found at start that belong to no whole event.</summary>
    public long DamagedBytes => Interlocked.Read(ref _damagedBytes);

    /// <summary>The log was opened.</summary>
    public void Opened(string path, long events) => LogOpened(logger, path, events);

    /// <summary>Not everything in the folder could be read.</summary>
    public void Damaged(string path, long bytes, int unreadable)
    {
        Interlocked.Add(ref _damagedBytes, bytes);
        LogDamaged(logger, path, bytes, unreadable);
    }

    /// <summary>It is not known any more how far the outputs were.</summary>
    public void CursorsLost(string path) => LogCursorsLost(logger, path);

    /// <summary>Events wait for an output that is not there any more.</summary>
    public void CursorDiscarded(string output, long waiting) => LogCursorDiscarded(logger, output, waiting);

    /// <summary>Events of a file can't be read.</summary>
    public void EventsUnreadable(string output, long count, string path, string file) =>
        LogEventsUnreadable(logger, output, count, path, file);

    /// <summary>The disk took no events, or has no room for them.</summary>
    public void WriteRefused(string path, string reason)
    {
        Interlocked.Increment(ref _writesRefused);
        if (!_isRefused)
        {
            _isRefused = true;
            LogWriteRefused(logger, path, reason);
        }
    }

    /// <summary>The disk takes events.</summary>
    public void WriteTaken(string path)
    {
        if (_isRefused)
        {
            _isRefused = false;
            LogWriteTaken(logger, path);
        }
    }

    /// <summary>The disk did not make safe what it has.</summary>
    public void SyncFailed(string path, string reason)
    {
        Interlocked.Increment(ref _syncsFailed);
        if (!_isUnsafe)
        {
            _isUnsafe = true;
            LogSyncFailed(logger, path, reason);
        }
    }

    /// <summary>The disk made safe what it has.</summary>
    public void SyncWorked(string path)
    {
        if (_isUnsafe)
        {
            _isUnsafe = false;
            LogSyncWorked(logger, path);
        }
    }

    /// <summary>A file that nobody needs any more could not be removed.</summary>
    public void RemovalFailed(string path, string reason)
    {
        if (!_isLittered)
        {
            _isLittered = true;
            LogRemovalFailed(logger, path, reason);
        }
    }

    /// <summary>Every file that nobody needs any more is gone.</summary>
    public void Removed() => _isLittered = false;

    [LoggerMessage(LogLevel.Warning, "Disk log {Path} keeps files that it needs no more: {Reason}. They are tried again.")]
    private static partial void LogRemovalFailed(ILogger logger, string path, string reason);

    [LoggerMessage(LogLevel.Information, "Disk log {Path} opened: {Events} events wait in it.")]
    private static partial void LogOpened(ILogger logger, string path, long events);

    [LoggerMessage(LogLevel.Error,
        "Disk log {Path} is damaged: {Bytes} bytes belong to no whole event, {Unreadable} files cannot be read. The rest is " +
        "kept. Look at the disk; connbeat spool verify tells which files.")]
    private static partial void LogDamaged(ILogger logger, string path, long bytes, int unreadable);

    [LoggerMessage(LogLevel.Warning,
        "Disk log {Path} does not tell any more how far its outputs were: each begins with the oldest event. Some come twice.")]
    private static partial void LogCursorsLost(ILogger logger, string path);

    [LoggerMessage(LogLevel.Warning,
        "Output {Output} is not configured any more: {Waiting} events that waited for it on disk are discarded.")]
    private static partial void LogCursorDiscarded(ILogger logger, string output, long waiting);

    [LoggerMessage(LogLevel.Error,
        "Output {Output} loses {Count} events that cannot be read from {Path}/{File}. Look at the disk.")]
    private static partial void LogEventsUnreadable(
        ILogger logger, string output, long count, string path, string file);

    [LoggerMessage(LogLevel.Error,
        "Disk log {Path} takes no events: {Reason}. New ones wait in memory, up to queue.memory; the disk is tried again.")]
    private static partial void LogWriteRefused(ILogger logger, string path, string reason);

    [LoggerMessage(LogLevel.Information, "Disk log {Path} takes events again.")]
    private static partial void LogWriteTaken(ILogger logger, string path);

    [LoggerMessage(LogLevel.Error,
        "Disk log {Path} is not safe against a power cut: {Reason}. It is still read and written. Look at the disk.")]
    private static partial void LogSyncFailed(ILogger logger, string path, string reason);

    [LoggerMessage(LogLevel.Information, "Disk log {Path} is safe again.")]
    private static partial void LogSyncWorked(ILogger logger, string path);
}
