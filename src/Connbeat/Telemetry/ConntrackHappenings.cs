using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens between the kernel's conntrack and the table of flows. For any thread.</summary>
internal sealed partial class ConntrackHappenings(ILogger<ConntrackHappenings> logger)
{
    private long _events;
    private long _overruns;
    private long _lost;
    private long _notUnderstood;
    private long _forgotten;
    private int _saidIdle;

    /// <summary>Changes that the kernel told.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>How often the kernel's buffer overran.</summary>
    public long Overruns => Interlocked.Read(ref _overruns);

    /// <summary>Messages that the kernel had no room for.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Messages of the kernel's that could not be read.</summary>
    public long NotUnderstood => Interlocked.Read(ref _notUnderstood);

    /// <summary>Translated flows that were forgotten to make room for newer ones.</summary>
    public long ForgottenTranslations => Interlocked.Read(ref _forgotten);

    /// <summary>The kernel told of a change.</summary>
    public void Told() => Interlocked.Increment(ref _events);

    /// <summary>The kernel had no room for messages.</summary>
    public void Overran(long lost)
    {
        Interlocked.Add(ref _lost, lost);
        if (Interlocked.Increment(ref _overruns) == 1)
        {
            LogOverrun(logger, lost);
        }
    }

    /// <summary>A message makes no sense.</summary>
    public void WasNotUnderstood(string reason)
    {
        if (Interlocked.Increment(ref _notUnderstood) == 1)
        {
            LogNotUnderstood(logger, reason);
        }
    }

    /// <summary>Nothing is tracked, though there are connections.</summary>
    public void FoundIdle()
    {
        if (Interlocked.Exchange(ref _saidIdle, 1) == 0)
        {
            LogIdle(logger);
        }
    }

    /// <summary>Conntrack can't be read; sockets are, instead.</summary>
    public void FellBack(string reason) => LogFellBack(logger, reason);

    /// <summary>A translated flow was forgotten to make room for a newer one.</summary>
    public void ForgotTranslation()
    {
        if (Interlocked.Increment(ref _forgotten) == 1)
        {
            LogForgotTranslation(logger);
        }
    }

    /// <summary>Conntrack can't be read; events do without translated ends.</summary>
    public void RefusedTranslations(string reason) => LogRefusedTranslations(logger, reason);

    /// <summary>Reading has ended for good.</summary>
    public void Failed(string reason) => LogFailed(logger, reason);

    [LoggerMessage(LogLevel.Warning,
        "Conntrack told more than could be taken in: {Lost} messages are lost. The table is read anew, now and whenever it happens again.")]
    private static partial void LogOverrun(ILogger logger, long lost);

    [LoggerMessage(LogLevel.Warning, "A message of conntrack's is not understood and passed over: {Reason}.")]
    private static partial void LogNotUnderstood(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning,
        "Conntrack tracks nothing in this network namespace: no rule asks it to. One that does: nft add table inet connbeat " +
        "'{{ chain track {{ type filter hook prerouting priority 0; ct state new accept; }} }}'")]
    private static partial void LogIdle(ILogger logger);

    [LoggerMessage(LogLevel.Warning,
        "Conntrack can't be read: {Reason}. Connections per host are counted from sockets instead; what passes through is not among them.")]
    private static partial void LogFellBack(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning,
        "Conntrack translates more flows than connbeat remembers: the oldest are forgotten, and events of their connections tell no network.nat.")]
    private static partial void LogForgotTranslation(ILogger logger);

    [LoggerMessage(LogLevel.Warning,
        "Conntrack can't be read: {Reason}. Events tell no network.nat; it takes CAP_NET_ADMIN and the module nf_conntrack_netlink, or connbeat.nat: false.")]
    private static partial void LogRefusedTranslations(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "Conntrack is not read any more: {Reason}.")]
    private static partial void LogFailed(ILogger logger, string reason);
}
