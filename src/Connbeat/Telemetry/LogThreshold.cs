using Microsoft.Extensions.Logging;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Connbeat.Telemetry;

/// <summary>The least severe that is logged, which a new configuration can move.</summary>
internal sealed class LogThreshold(LogLevel level)
{
    /// <summary>What the log looks at.</summary>
    public LoggingLevelSwitch Switch { get; } = new(LevelOf(level));

    /// <summary>Moves it.</summary>
    public void MoveTo(LogLevel least) => Switch.MinimumLevel = LevelOf(least);

    private static LogEventLevel LevelOf(LogLevel level) =>
        level is LogLevel.None ? LogEventLevel.Fatal : LevelConvert.ToSerilogLevel(level);
}
