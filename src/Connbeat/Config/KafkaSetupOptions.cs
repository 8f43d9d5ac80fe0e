namespace Connbeat.Config;

/// <summary>How a topic is made: the <c>setup.kafka</c> section.</summary>
internal sealed record KafkaSetupOptions
{
    private static readonly Dictionary<string, string> Cleanups = new()
    {
        ["default"] = "",
        ["delete"] = "delete",
        ["compact"] = "compact",
        ["compact,delete"] = "compact,delete",
    };

    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>How many partitions, 1 to 10000; 0: as many as the broker gives. Default 0.</summary>
    public int Partitions { get; init; }

    /// <summary>On how many brokers each is, 1 to 100; 0: on as many as the broker says. Default 0.</summary>
    public int Replication { get; init; }

    /// <summary>How long events are kept; 0s: as long as the broker says. Default 0s.</summary>
    public TimeSpan Retention { get; init; }

    /// <summary>What becomes of old events: delete, compact, or both; empty, written default: what the broker does. Default "".</summary>
    public string Cleanup { get; init; } = "";

    /// <summary>Reads the section.</summary>
    public static KafkaSetupOptions Read(ConfigSection kafka) => new()
    {
        Partitions = kafka.Int("partitions", 0, min: 0, max: 10_000),
        Replication = kafka.Int("replication", 0, min: 0, max: 100),
        Retention = kafka.Duration("retention", TimeSpan.Zero, TimeSpan.Zero, Longest),
        Cleanup = kafka.Choice("cleanup", "", Cleanups),
    };
}
