using Microsoft.Extensions.Logging;

namespace Connbeat.Config;

/// <summary>What the agent says about itself: the <c>logging</c> section.</summary>
internal sealed record LoggingOptions
{
    private static readonly Dictionary<string, LogLevel> Levels = new()
    {
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["warning"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
        ["critical"] = LogLevel.Error, // the original's; nothing here is worse than an error
    };

    /// <summary>The least severe that is logged. Default info.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>True: one JSON object per line; false: plain text. Default false.</summary>
    public bool Json { get; init; }

    /// <summary>
    /// How often the agent's own counters are logged, 0s to 24h; zero, and <c>metrics.enabled: false</c>: never. Default 30s.
    /// </summary>
    public TimeSpan MetricsPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads the <c>logging</c> section.</summary>
    public static LoggingOptions Read(ConfigSection logging)
    {
        LoggingOptions defaults = new();
        ConfigSection metrics = logging.Section("metrics");
        TimeSpan period = metrics.Duration("period", defaults.MetricsPeriod, TimeSpan.Zero, TimeSpan.FromHours(24));
        return new()
        {
            Level = logging.Choice("level", defaults.Level, Levels),
            Json = logging.Bool("json", defaults.Json),
            MetricsPeriod = metrics.Bool("enabled", true) ? period : TimeSpan.Zero,
        };
    }
}
