using Connbeat.Events;
using Connbeat.Telemetry;

namespace Connbeat;

/// <summary>
/// Says whether the logs take an event that may as well come later. Most of a log is kept for openings and closings; and
/// where a log holds back (<c>when_full: pause</c>) nothing that may wait is told at all, which a gap says when it is over.
/// Only the agent's loop touches it.
/// </summary>
internal sealed class Pace(EventLogs logs, TimeProvider time, DeliveryHappenings happened)
{
    /// <summary>
    /// How much of the log may be filled with what could as well come later. Little: events that wait grow old in memory.
    /// </summary>
    private const double ShareOfThoseThatMayWait = 1.0 / 256;

    private DateTimeOffset? _pausedAt;

    /// <summary>True where an event that may wait can be told now.</summary>
    public bool HasRoom() => !logs.IsPaused && (logs.Fill?.Highest ?? 0) < ShareOfThoseThatMayWait;

    /// <summary>Looks whether the logs hold back.</summary>
    /// <returns>What to tell of a time when they did and that is over; null most of the time.</returns>
    public GapFacts? TakeGap()
    {
        bool isPaused = logs.IsPaused;
        if (isPaused == _pausedAt is not null)
        {
            return null;
        }

        if (_pausedAt is not { } since)
        {
            _pausedAt = time.GetUtcNow();
            happened.ReportsPaused();
            return null;
        }

        return End(since);
    }

    /// <summary>What to tell where the logs hold back to the end.</summary>
    public GapFacts? Finish() => _pausedAt is { } since ? End(since) : null;

    private GapFacts End(DateTimeOffset since)
    {
        _pausedAt = null;
        happened.ReportsResumed();
        return new GapFacts("tracking", "paused", Count: null, since, time.GetUtcNow());
    }
}
