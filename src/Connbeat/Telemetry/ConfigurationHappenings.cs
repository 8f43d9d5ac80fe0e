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

    [LoggerMessage(LogLevel.Information, "Configuration from {Files}.")]
    private static partial void LogLoaded(ILogger logger, string files);

    [LoggerMessage(LogLevel.Warning,
        "No configuration: neither ./connbeat.yml nor /etc/connbeat/connbeat.yml. Running with the defaults, events go to stdout.")]
    private static partial void LogDefaults(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "{Warning}.")]
    private static partial void LogWarning(ILogger logger, string warning);
}
