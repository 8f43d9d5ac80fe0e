using Connbeat.Delivery;

namespace Connbeat;

/// <summary>
/// Decides when the losses of delivery are told as gaps. A gap is an event like any other and can be lost itself: told
/// to a full log it would push out another event, and with an output that refuses everything each gap would bring the
/// next. So losses stay summed up in the log until it has room, and while they go on, the pause between two reports
/// doubles up to its limit. Boot-clock nanoseconds.
/// </summary>
internal sealed class LossReports(EventLogs logs, TimeSpan shortestPause, TimeSpan longestPause)
{
    private readonly long _shortest = Nanoseconds(shortestPause);
    private readonly long _longest = Nanoseconds(longestPause);
    private long _pause = Nanoseconds(shortestPause);
    private long _next = long.MinValue;

    /// <summary>What is to be told now, when the log has room; empty most of the time.</summary>
    public IReadOnlyList<Loss> Due(long now)
    {
        if (now < _next || logs.TakeLosses() is not { Count: > 0 } losses)
        {
            return [];
        }

        _pause = now - _longest < _next ? Math.Min(_pause * 2, _longest) : _shortest;
        _next = now + _pause;
        return losses;
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
