using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens to what is served to Prometheus, told when it changes rather than at each scrape. Any thread.</summary>
internal sealed partial class ExporterHappenings(ILogger logger)
{
    private int _saidTooMany;

    /// <summary>Pages are served.</summary>
    public void Serving(string address) => LogServing(logger, address);

    /// <summary>Pages are not served there any more.</summary>
    public void ServedNoMore(string address) => LogServedNoMore(logger, address);

    /// <summary>A collector that worked has failed.</summary>
    public void CollectorFailed(string collector, string reason) => LogFailed(logger, collector, reason);

    /// <summary>A collector that failed works.</summary>
    public void CollectorWorks(string collector) => LogWorks(logger, collector);

    /// <summary>The name of a host has no address now; those from before are good, if there are any.</summary>
    public void HostUnresolved(string host, string reason) => LogUnresolved(logger, host, reason);

    /// <summary>A place of watched sockets can't be looked at: they count as not there.</summary>
    public void PlaceNotSeen(string place, string reason) => LogPlaceNotSeen(logger, place, reason);

    /// <summary>Who may come was read anew.</summary>
    public void WebConfigRead(string file) => LogWebConfigRead(logger, file);

    /// <summary>Who may come was written anew, and can't be used; what was there before holds.</summary>
    public void WebConfigRefused(string reason) => LogWebConfigRefused(logger, reason.TrimEnd('.'));

    /// <summary>Somebody was turned away, because too many passwords wait to be checked.</summary>
    public void TooManyPasswords(string from)
    {
        if (Interlocked.Exchange(ref _saidTooMany, 1) == 0)
        {
            LogTooManyPasswords(logger, from);
        }
    }

    [LoggerMessage(LogLevel.Warning,
        "More passwords come than can be checked, among others from {From}; most likely somebody guesses. " +
        "Those who are too many are answered with 429, now and whenever it happens again.")]
    private static partial void LogTooManyPasswords(ILogger logger, string from);

    [LoggerMessage(LogLevel.Warning,
        "Watched sockets of {Place} can't be seen and count as not there: {Reason}. It takes CAP_SYS_ADMIN and CAP_SYS_PTRACE.")]
    private static partial void LogPlaceNotSeen(ILogger logger, string place, string reason);

    [LoggerMessage(LogLevel.Information, "{File} has changed and holds from now on.")]
    private static partial void LogWebConfigRead(ILogger logger, string file);

    [LoggerMessage(LogLevel.Error, "A new web configuration is refused, and the old one stays: {Reason}.")]
    private static partial void LogWebConfigRefused(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Metrics are served at {Address}.")]
    private static partial void LogServing(ILogger logger, string address);

    [LoggerMessage(LogLevel.Information, "Metrics are served at {Address} no more.")]
    private static partial void LogServedNoMore(ILogger logger, string address);

    [LoggerMessage(LogLevel.Warning, "The metrics of {Collector} are missing until it works again: {Reason}.")]
    private static partial void LogFailed(ILogger logger, string collector, string reason);

    [LoggerMessage(LogLevel.Information, "The metrics of {Collector} are there again.")]
    private static partial void LogWorks(ILogger logger, string collector);

    [LoggerMessage(LogLevel.Warning,
        "The host {Host} of a watched socket has no address: {Reason}. It is asked for again and again; until then its last addresses count.")]
    private static partial void LogUnresolved(ILogger logger, string host, string reason);
}
