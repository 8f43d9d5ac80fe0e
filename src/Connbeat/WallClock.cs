namespace Connbeat;

/// <summary>
/// Turns boot-clock timestamps into wall time. One moment always gives one time, until the wall clock is set by more
/// than a little: so a connection's start reads the same in all its events.
/// </summary>
internal sealed class WallClock(TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(20);

    private DateTimeOffset _boot = Boot(time);

    /// <summary>The wall time of a boot-clock timestamp.</summary>
    public DateTimeOffset At(long timestamp) => _boot + Elapsed(time, timestamp);

    /// <summary>Follows the wall clock where it was set.</summary>
    public void Adjust()
    {
        DateTimeOffset boot = Boot(time);
        if ((boot - _boot).Duration() > Tolerance)
        {
            _boot = boot;
        }
    }

    private static DateTimeOffset Boot(TimeProvider time) => time.GetUtcNow() - Elapsed(time, time.GetTimestamp());

    private static TimeSpan Elapsed(TimeProvider time, long timestamp) => time.GetElapsedTime(0, timestamp);
}
