namespace Connbeat.Config;

/// <summary>Whether watched sockets are there: the <c>exporters.cnxwatch</c> section.</summary>
internal sealed record CnxwatchOptions
{
    /// <summary>Where the page of cnxwatch_exporter is served; null for nowhere. Default 127.0.0.1:9293.</summary>
    public ListenAddress? Listen { get; init; } = new("127.0.0.1", 9293, null);

    /// <summary>How long the addresses of a name are good, 1s to 24h. Default 1m.</summary>
    public TimeSpan ResolveInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What is watched. Default nothing.</summary>
    public IReadOnlyList<WatchedSocket> Sockets { get; init; } = [];

    /// <summary>Reads the section.</summary>
    public static CnxwatchOptions Read(ConfigSection section)
    {
        CnxwatchOptions defaults = new();
        return new()
        {
            Listen = section.ListenOrNot("listen", defaults.Listen!),
            ResolveInterval = section.Duration(
                "resolve_interval", defaults.ResolveInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            Sockets = section.WatchedSockets("sockets"),
        };
    }
}
