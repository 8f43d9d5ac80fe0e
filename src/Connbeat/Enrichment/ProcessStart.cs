using Connbeat.Linux;

namespace Connbeat.Enrichment;

/// <summary>When a process started, in wall time.</summary>
internal static class ProcessStart
{
    private static readonly long TicksPerSecond = LibC.ClockTicksPerSecond();

    /// <summary>Ticks count from boot, as the clock's timestamps do; null where that would be in the future.</summary>
    public static DateTimeOffset? Of(ulong ticks, TimeProvider time)
    {
        TimeSpan sinceBoot = time.GetElapsedTime(0);
        double seconds = ticks / (double)TicksPerSecond;
        return seconds <= sinceBoot.TotalSeconds
            ? time.GetUtcNow() - (sinceBoot - TimeSpan.FromSeconds(seconds))
            : null;
    }
}
