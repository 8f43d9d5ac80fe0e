namespace Connbeat.Config;

/// <summary>Which partition an event goes to: the <c>output.kafka.partition</c> section.</summary>
internal sealed record KafkaPartitioning
{
    private const int MostOfGroup = 1_000_000;

    private static readonly string[] Names = ["random", "round_robin", "hash"];

    /// <summary>How it is chosen. Default hash.</summary>
    public KafkaPartitioner Kind { get; init; } = KafkaPartitioner.Hash;

    /// <summary>So many events go to one partition before the next is chosen; random and round_robin. Default 1.</summary>
    public int GroupEvents { get; init; } = 1;

    /// <summary>The fields whose values are hashed instead of the key; hash. Default none.</summary>
    public IReadOnlyList<string> Hash { get; init; } = [];

    /// <summary>False: an event that lacks a field of <see cref="Hash"/> is rejected, not sent anywhere. Default true.</summary>
    public bool Random { get; init; } = true;

    /// <summary>True: only partitions that have a leader now. Default false.</summary>
    public bool ReachableOnly { get; init; }

    /// <summary>Reads the section: one of the three, or none.</summary>
    public static KafkaPartitioning Read(ConfigSection partition, EventFields fields)
    {
        string[] written = [.. Names.Where(partition.Has)];
        if (written.Length > 1)
        {
            partition.Fault(written[1], $"stands beside {written[0]}; expected one of random, round_robin and hash");
        }

        ConfigSection random = partition.Section("random"), roundRobin = partition.Section("round_robin"), hash = partition.Section("hash");
        KafkaPartitioning[] read =
        [
            new()
            {
                Kind = KafkaPartitioner.Random,
                GroupEvents = random.Int("group_events", 1, min: 1, MostOfGroup),
                ReachableOnly = random.Bool("reachable_only", false),
            },
            new()
            {
                Kind = KafkaPartitioner.RoundRobin,
                GroupEvents = roundRobin.Int("group_events", 1, min: 1, MostOfGroup),
                ReachableOnly = roundRobin.Bool("reachable_only", false),
            },
            new()
            {
                Kind = KafkaPartitioner.Hash,
                Hash = hash.FieldNames("hash", fields),
                Random = hash.Bool("random", true),
                ReachableOnly = hash.Bool("reachable_only", false),
            },
        ];
        KafkaPartitioning chosen = written is ["random", ..] ? read[0] : written is ["round_robin", ..] ? read[1] : read[2];
        foreach (string other in Names.Where(name => name != Names[Array.IndexOf(read, chosen)]))
        {
            partition.ForgetBelow(other);
        }

        return chosen;
    }

    /// <summary>Lists are equal where what is in them is.</summary>
    public bool Equals(KafkaPartitioning? other) =>
        other is not null && (Kind, GroupEvents, Random, ReachableOnly) == (other.Kind, other.GroupEvents, other.Random, other.ReachableOnly) &&
        Hash.SequenceEqual(other.Hash);

    /// <inheritdoc/>
    public override int GetHashCode() => (Kind, GroupEvents, Random, ReachableOnly).GetHashCode();
}

/// <summary>How a partition is chosen.</summary>
internal enum KafkaPartitioner
{
    /// <summary>By the hash of the key, as Kafka's own clients have it, or of fields.</summary>
    Hash,

    /// <summary>At random.</summary>
    Random,

    /// <summary>Each in turn.</summary>
    RoundRobin,
}
