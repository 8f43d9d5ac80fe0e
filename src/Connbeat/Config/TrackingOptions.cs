namespace Connbeat.Config;

/// <summary>When a connection is told, and told again: part of the <c>connbeat</c> section.</summary>
internal sealed record TrackingOptions
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(24);

    /// <summary>
    /// A connection that lives is told again at this interval, 0s to 24h; zero: only when it opens and closes.
    /// Default 30s.
    /// </summary>
    public TimeSpan Aggregation { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The interval doubles with each report of one connection, up to this; never less than <see cref="Aggregation"/>,
    /// at most 24h. Default 10m, or <see cref="Aggregation"/> where that is longer.
    /// </summary>
    public TimeSpan AggregationMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest that an opened connection waits for its owner to be found, 0s to 1m. Default 1s.</summary>
    public TimeSpan OwnerWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Path of the file that remembers what is open, so that it can be closed after a restart; empty: within one run
    /// only. Default /var/lib/connbeat/state.
    /// </summary>
    public string State { get; init; } = "/var/lib/connbeat/state";

    /// <summary>Reads its part of the <c>connbeat</c> section.</summary>
    public static TrackingOptions Read(ConfigSection connbeat)
    {
        TrackingOptions defaults = new();
        TimeSpan aggregation = connbeat.Duration("aggregation", defaults.Aggregation, TimeSpan.Zero, LongestInterval);
        TimeSpan longest = aggregation > defaults.AggregationMax ? aggregation : defaults.AggregationMax;
        return new()
        {
            Aggregation = aggregation,
            AggregationMax = connbeat.Duration("aggregation_max", longest, aggregation, LongestInterval),
            OwnerWait = connbeat.Duration("owner_wait", defaults.OwnerWait, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            State = connbeat.Text("state", defaults.State),
        };
    }
}
