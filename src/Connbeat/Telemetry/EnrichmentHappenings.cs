using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What happens while owners are looked for. Counts always, logs when it begins.</summary>
internal sealed partial class EnrichmentHappenings
{
    private readonly ILogger _logger;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _scanned;
    private readonly Counter<long> _faulty;
    private bool _failing;
    private bool _denied;
    private bool _damaged;

    /// <summary>Registers the counters.</summary>
    public EnrichmentHappenings(ILogger<EnrichmentHappenings> logger, IMeterFactory meters)
    {
        _logger = logger;
        Meter meter = meters.Create("connbeat");
        _failed = meter.CreateCounter<long>("connbeat.process_scans.failed", unit: "{scan}");
        _scanned = meter.CreateCounter<long>("connbeat.processes.scanned", unit: "{process}");
        _faulty = meter.CreateCounter<long>("connbeat.processes.faulty", unit: "{process}");
    }

    /// <summary>A look at the processes failed as a whole; the next one begins anew.</summary>
    public void ScanFailed(Exception exception)
    {
        _failed.Add(1);
        if (!_failing)
        {
            LogScanFailed(_logger, exception, exception.Message);
        }

        _failing = true;
    }

    /// <summary>A look at the processes succeeded, maybe not for all of them.</summary>
    public void Scanned(int scanned, int denied, int faulty, string? fault)
    {
        _failing = false;
        _scanned.Add(scanned);
        _faulty.Add(faulty);
        if (denied > 0 && !_denied)
        {
            LogDenied(_logger, denied);
        }

        if (faulty > 0 && !_damaged)
        {
            LogFaulty(_logger, faulty, fault);
        }

        _denied |= denied > 0;
        _damaged = faulty > 0;
    }

    [LoggerMessage(LogLevel.Error,
        "Looking at the processes failed, so new sockets have no owner until it succeeds: {Reason}")]
    private static partial void LogScanFailed(ILogger logger, Exception exception, string reason);

    [LoggerMessage(LogLevel.Warning,
        "{Count} processes may not be looked at, and their sockets are told without a process; " +
        "run as root or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.")]
    private static partial void LogDenied(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "{Count} processes could not be read; the first of them: {Fault}")]
    private static partial void LogFaulty(ILogger logger, int count, string? fault);
}
