using Microsoft.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>What there is to say of the configuration that is in force.</summary>
internal sealed partial class ConfigurationHappenings(ILogger<ConfigurationHappenings> logger)
{
    /// <summary>A configuration was loaded from these files, later over earlier; from none, its defaults hold.</summary>
    public void Loaded(IReadOnlyList<string> files, IReadOnlyList<string> warnings)
    {
        if (files.Count > 0)
        {
            LogLoaded(logger, string.Join(", ", files));
        }
        else
        {
            LogDefaults(logger);
        }

        foreach (string warning in warnings)
        {
            LogWarning(logger, warning);
        }
    }

    /// <summary>A new configuration is in force.</summary>
    public void Reloaded(IReadOnlyList<string> now, IReadOnlyList<string> later, IReadOnlyList<string> warnings)
    {
        LogReloaded(logger, now.Count > 0 ? string.Join(", ", now) : "nothing");
        if (later.Count > 0)
        {
            LogLater(logger, string.Join(", ", later));
        }

        foreach (string warning in warnings)
        {
            LogWarning(logger, warning);
        }
    }

    /// <summary>A new configuration cannot be used; the old one stays.</summary>
    public void ReloadRefused(IEnumerable<string> reasons)
    {
        foreach (string reason in reasons)
        {
            LogRefused(logger, reason);
        }
    }

    [LoggerMessage(LogLevel.Information, "Configuration reloaded; changed: {Settings}.")]
    private static partial void LogReloaded(ILogger logger, string settings);

    [LoggerMessage(LogLevel.Warning, "These settings take effect at the next start: {Settings}.")]
    private static partial void LogLater(ILogger logger, string settings);

    [LoggerMessage(LogLevel.Error, "The new configuration is refused, and the old one stays: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Configuration from {Files}.")]
    private static partial void LogLoaded(ILogger logger, string files);

    [LoggerMessage(LogLevel.Warning,
        "No configuration: neither ./connbeat.yml nor /etc/connbeat/connbeat.yml. Running with the defaults, events go to stdout.")]
    private static partial void LogDefaults(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "{Warning}.")]
    private static partial void LogWarning(ILogger logger, string warning);
}
