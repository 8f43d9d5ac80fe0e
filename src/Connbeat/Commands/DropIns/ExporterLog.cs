using System.Globalization;
using System.Text.Json;
using Connbeat.Linux;
using Microsoft.Extensions.Logging;

namespace Connbeat.Commands.DropIns;

/// <summary>What an exporter says of itself, in the forms of those written in Go: logfmt, or JSON.</summary>
/// <param name="to">Where to.</param>
/// <param name="asJson">True for JSON.</param>
/// <param name="level">The least that is said: debug, info, warn, error.</param>
internal sealed class ExporterLog(TextWriter to, bool asJson, string level) : ILogger
{
    private static readonly string[] Levels = ["debug", "info", "warn", "error"];

    private readonly int _least = Array.IndexOf(Levels, level);

    /// <summary>Something happened as it should.</summary>
    public void Info(string message) => Say(1, message);

    /// <summary>Something has no effect.</summary>
    public void Warn(string message) => Say(2, message);

    /// <summary>Something failed.</summary>
    public void Error(string message) => Say(3, message);

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => LevelOf(logLevel) >= _least;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Say(LevelOf(logLevel), formatter(state, exception));

    private static int LevelOf(LogLevel level) => Math.Clamp((int)level - (int)LogLevel.Debug, 0, Levels.Length - 1);

    private void Say(int said, string message)
    {
        if (said < _least)
        {
            return;
        }

        string at = BootTime.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        string quoted = $"\"{JsonEncodedText.Encode(message, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        lock (to)
        {
            to.WriteLine(asJson
                ? $"{{\"ts\":\"{at}\",\"level\":\"{Levels[said]}\",\"msg\":{quoted}}}"
                : $"ts={at} level={Levels[said]} msg={quoted}");
        }
    }
}
