namespace Connbeat.Tracking;

/// <summary>
/// When a living connection is reported: one interval after its opening, then after twice that, and so on up to a
/// limit. Those that were all found at once are spread over the first interval. Boot-clock nanoseconds.
/// </summary>
internal sealed class ReportSchedule(TimeSpan aggregation, TimeSpan aggregationMax)
{
    private readonly long _first = Nanoseconds(aggregation);
    private readonly long _longest = Math.Max(Nanoseconds(aggregation), Nanoseconds(aggregationMax));

    /// <summary>Sets the first report of a connection whose opening was told at <paramref name="now"/>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="now">The time.</param>
    /// <param name="spread">True where many others were told at the same time.</param>
    public void Begin(Connection connection, long now, bool spread)
    {
        if (_first == 0)
        {
            connection.NextReport = Connection.Never;
            return;
        }

        // The cookie counts up, so a multiplicative hash of it is as even as chance and the same in every run.
        long offset = spread ? (long)(((UInt128)(connection.Key.Cookie * 0x9e37_79b9_7f4a_7c15) * (ulong)_first) >> 64) : 0;
        connection.NextReport = now + _first + offset;
        connection.ReportInterval = Math.Min(_first * 2, _longest);
    }

    /// <summary>Sets the report after the one that is told at <paramref name="now"/>.</summary>
    public void Advance(Connection connection, long now)
    {
        if (_first == 0)
        {
            return;
        }

        connection.NextReport = now + connection.ReportInterval;
        connection.ReportInterval = Math.Min(connection.ReportInterval * 2, _longest);
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
