using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens between the kernel and the table. Each method logs once and counts once.</summary>
internal sealed partial class CaptureHappenings(ILogger<CaptureHappenings> logger)
{
    private long _snapshots;
    private long _snapshotTicks;
    private long _lastSnapshotTicks;
    private long _overruns;
    private long _lost;
    private long _incomplete;
    private long _notUnderstood;
    private long _evicted;
    private long _uncounted;
    private bool _failing;
    private bool _failedSinceSnapshot;
    private bool _notEntered;
    private long _namespacesNotOpened;
    private TimeSpan _pace;

    /// <summary>Snapshots taken.</summary>
    public long Snapshots => Interlocked.Read(ref _snapshots);

    /// <summary>How long they took, all together.</summary>
    public TimeSpan SnapshotTime => new(Interlocked.Read(ref _snapshotTicks));

    /// <summary>How long the last one took.</summary>
    public TimeSpan LastSnapshotTime => new(Interlocked.Read(ref _lastSnapshotTicks));

    /// <summary>How often the kernel's buffer overran.</summary>
    public long Overruns => Interlocked.Read(ref _overruns);

    /// <summary>Changes that the kernel had no room for.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Flows of UDP that made room for others.</summary>
    public long Evicted => Interlocked.Read(ref _evicted);

    /// <summary>Datagrams that are in no flow, for want of room.</summary>
    public long Uncounted => Interlocked.Read(ref _uncounted);

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

    /// <summary>A picture of all sockets was taken, but for what has failed since the one before.</summary>
    public void SnapshotTaken(int sockets, TimeSpan duration)
    {
        Interlocked.Increment(ref _snapshots);
        Interlocked.Add(ref _snapshotTicks, duration.Ticks);
        Interlocked.Exchange(ref _lastSnapshotTicks, duration.Ticks);
        LogSnapshot(logger, sockets, duration.TotalMilliseconds);
        if (_failing && !_failedSinceSnapshot)
        {
            _failing = false;
            LogWell(logger);
        }

        _failedSinceSnapshot = false;
    }

    /// <summary>A picture may lack sockets: the kernel said so.</summary>
    public void SnapshotInconsistent()
    {
        Interlocked.Increment(ref _incomplete);
        LogInconsistent(logger);
    }

    /// <summary>A picture lacks what could not be looked at; it is tried again at the next poll.</summary>
    public void SnapshotFailed(Exception failure)
    {
        Interlocked.Increment(ref _incomplete);
        _failedSinceSnapshot = true;
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

    /// <summary>Flows of UDP made room for others; nothing is lost of them.</summary>
    public void FlowsEvicted(int flows)
    {
        if (Interlocked.Add(ref _evicted, flows) == flows)
        {
            LogEvicted(logger, flows);
        }
    }

    /// <summary>Datagrams found no room for their flow.</summary>
    public void FlowsUncounted(long datagrams)
    {
        if (Interlocked.Add(ref _uncounted, datagrams) == datagrams)
        {
            LogUncounted(logger, datagrams);
        }
    }

    /// <summary>eBPF programs tell from now on.</summary>
    public void ProgramsAttached(int ringBytes) => LogProgramsAttached(logger, ringBytes);

    /// <summary>eBPF cannot be used; netlink is tried.</summary>
    public void ProgramsRefused(string reason) => LogProgramsRefused(logger, reason);

    /// <summary>eBPF programs tell, but for something that the kernel does not go along with.</summary>
    public void FeatureRefused(string feature, string reason, string cost) => LogFeatureRefused(logger, feature, reason, cost);

    /// <summary>Flows of UDP are asked for, which takes eBPF.</summary>
    public void FlowsRefused() => LogFlowsRefused(logger);

    /// <summary>Netlink cannot be used, or is not wanted; what /proc tells is all there is.</summary>
    public void FellBack(string reason) => LogFellBack(logger, reason);

    /// <summary>
    /// Snapshots are taken more rarely than asked for, about so often in the long run, because one costs so much; told when
    /// it begins, and again where the pace has doubled or halved.
    /// </summary>
    public void SnapshotsStretched(TimeSpan asked, TimeSpan pace, TimeSpan cost, int sockets)
    {
        if (pace > _pace * 2 || pace * 2 < _pace)
        {
            _pace = pace;
            LogPace(logger, sockets, cost.TotalMilliseconds, pace.TotalSeconds, asked.TotalSeconds);
        }
    }

    /// <summary>A snapshot was cheap enough to be taken as often as asked for.</summary>
    public void SnapshotsUnstretched(TimeSpan asked)
    {
        if (_pace > TimeSpan.Zero)
        {
            _pace = TimeSpan.Zero;
            LogPaceIsWell(logger, asked.TotalSeconds);
        }
    }

    /// <summary>Network namespaces that could not be opened.</summary>
    public long NamespacesNotOpened => Interlocked.Read(ref _namespacesNotOpened);

    /// <summary>A network namespace is watched from now on.</summary>
    public void NamespaceJoined(uint id, string? name) => LogNamespaceJoined(logger, id, name ?? "no name");

    /// <summary>A network namespace that nobody is in any more is let go.</summary>
    public void NamespaceLeft(uint id) => LogNamespaceLeft(logger, id);

    /// <summary>Other network namespaces may not be entered; said once.</summary>
    public void NamespacesNotEntered(Exception failure)
    {
        if (!_notEntered)
        {
            _notEntered = true;
            LogNamespacesNotEntered(logger, failure.Message);
        }
    }

    /// <summary>A network namespace could not be opened; it is tried again at every poll.</summary>
    public void NamespaceNotOpened(uint id, Exception failure)
    {
        if (Interlocked.Increment(ref _namespacesNotOpened) == 1)
        {
            LogNamespaceNotOpened(logger, id, failure.Message);
        }
    }

    /// <summary>Nobody knows which network namespaces there are; it is tried again at every poll.</summary>
    public void CensusFailed(Exception failure) => SnapshotFailed(failure);

    [LoggerMessage(LogLevel.Information, "Capture by ebpf, ring of {Bytes} bytes.")]
    private static partial void LogProgramsAttached(ILogger logger, int bytes);

    [LoggerMessage(LogLevel.Warning,
        "eBPF is not used: {Reason}. Without it, connections shorter than poll_interval are told without their process, and " +
        "refused connects not at all. connbeat doctor tells what mends it; source: netlink asks for no more.")]
    private static partial void LogProgramsRefused(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "eBPF works without {Feature}: {Reason}. So {Cost}.")]
    private static partial void LogFeatureRefused(ILogger logger, string feature, string reason, string cost);

    [LoggerMessage(LogLevel.Warning, "udp_flows takes eBPF, which is not used here: whom UDP sockets talk to is not told.")]
    private static partial void LogFlowsRefused(ILogger logger);

    [LoggerMessage(LogLevel.Warning,
        "Capture by /proc: {Reason}. What lives at a poll is told; what comes and goes between two polls is not.")]
    private static partial void LogFellBack(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information,
        "A snapshot of {Sockets} sockets takes {Milliseconds:0.#} ms of processor time: one is taken about every " +
        "{Seconds:0.#} s instead of every {Asked} s, to stay within 1 % of one core.")]
    private static partial void LogPace(ILogger logger, int sockets, double milliseconds, double seconds, double asked);

    [LoggerMessage(LogLevel.Information, "Snapshots are taken every {Asked} s again.")]
    private static partial void LogPaceIsWell(ILogger logger, double asked);

    [LoggerMessage(LogLevel.Debug, "Network namespace {Id} ({Name}) is watched.")]
    private static partial void LogNamespaceJoined(ILogger logger, uint id, string name);

    [LoggerMessage(LogLevel.Debug, "Network namespace {Id} is empty and let go.")]
    private static partial void LogNamespaceLeft(ILogger logger, uint id);

    [LoggerMessage(LogLevel.Warning,
        "Other network namespaces may not be entered and are read from /proc, as far as processes are in them: {Reason}. " +
        "It takes CAP_SYS_ADMIN and CAP_SYS_PTRACE; without, short connections there are missed. Said once.")]
    private static partial void LogNamespacesNotEntered(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error,
        "Network namespace {Id} is not watched, and tried again at every poll: {Reason}. Said once, counted always.")]
    private static partial void LogNamespaceNotOpened(ILogger logger, uint id, string reason);

    [LoggerMessage(LogLevel.Information, "Capture by {Engine}, receive buffer of {Bytes} bytes.")]
    private static partial void LogOpened(ILogger logger, string engine, int bytes);

    [LoggerMessage(LogLevel.Information,
        "Capture by {Engine}, receive buffer of {Bytes} bytes instead of {Wanted}: CAP_NET_ADMIN is missing and " +
        "net.core.rmem_max is smaller. Bursts of closing connections may be lost, and are counted.")]
    private static partial void LogSmallBuffer(ILogger logger, string engine, int bytes, int wanted);

    [LoggerMessage(LogLevel.Debug, "Snapshot of {Sockets} sockets took {Milliseconds:0.#} ms.")]
    private static partial void LogSnapshot(ILogger logger, int sockets, double milliseconds);

    [LoggerMessage(LogLevel.Debug, "The kernel calls a snapshot inconsistent; nothing is closed by it.")]
    private static partial void LogInconsistent(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "A snapshot failed and is tried again at every poll: {Reason}.")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Snapshots work again.")]
    private static partial void LogWell(ILogger logger);

    [LoggerMessage(LogLevel.Error, "A message of the kernel's is not understood: {Reason}. Said once; a snapshot follows each.")]
    private static partial void LogNotUnderstood(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning,
        "So many flows of UDP are open that {Flows} were ended to make room for others (event.reason: evicted). Said once, " +
        "counted always; a shorter udp_idle, or a filter, makes fewer.")]
    private static partial void LogEvicted(ILogger logger, int flows);

    [LoggerMessage(LogLevel.Error,
        "{Datagrams} datagrams are in no flow: so many flows of UDP began that there was no room. Each loss is told as a gap; said once.")]
    private static partial void LogUncounted(ILogger logger, long datagrams);

    [LoggerMessage(LogLevel.Error, "The kernel's buffer overran: {Lost} changes lost. A snapshot follows.")]
    private static partial void LogOverrun(ILogger logger, long lost);
}
