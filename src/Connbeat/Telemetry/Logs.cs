using System.Globalization;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;
using Serilog.Sinks.SystemConsole.Themes;

namespace Connbeat.Telemetry;

/// <summary>Where the agent tells of itself: stderr, as text or JSON. Standard output belongs to events.</summary>
internal static class Logs
{
    private const string Line = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u4} {Message:l}{NewLine}{Exception}";

    /// <summary>Opens the log.</summary>
    /// <param name="level">The least severe that is logged.</param>
    /// <param name="json">One JSON object per line.</param>
    public static ILoggerFactory Open(LogLevel level, bool json) => Open(new LogThreshold(level), json);

    /// <summary>Opens the log.</summary>
    /// <param name="threshold">The least severe that is logged; it can be moved later.</param>
    /// <param name="json">One JSON object per line.</param>
    public static ILoggerFactory Open(LogThreshold threshold, bool json)
    {
        LoggerConfiguration configuration = new LoggerConfiguration().MinimumLevel.ControlledBy(threshold.Switch);
        configuration = json
            ? configuration.WriteTo.Console(new JsonFormatter(renderMessage: true), standardErrorFromLevel: LogEventLevel.Verbose)
            : configuration.WriteTo.Console(
                outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose, theme: ConsoleTheme.None);
        Logger logger = configuration.CreateLogger();
        return new SerilogLoggerFactory(logger, dispose: true);
    }
}
