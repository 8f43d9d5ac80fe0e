using Connbeat.Linux;
using Connbeat.Linux.Namespaces;

namespace Connbeat.Capture;

/// <summary>What is observed, and how often.</summary>
internal sealed record CaptureSettings
{
    /// <summary>How often a snapshot is taken, where that is not too dear.</summary>
    public required TimeSpan PollInterval { get; init; }

    /// <summary>What is watched.</summary>
    public required IReadOnlyList<Transport> Transports { get; init; }

    /// <summary>The agent's own network namespace, by its inode number.</summary>
    public required uint OwnNamespace { get; init; }

    /// <summary>False: the agent's own namespace is not watched.</summary>
    public bool WatchOwn { get; init; } = true;

    /// <summary>Finds the other namespaces; null: they are not watched.</summary>
    public NamespaceCensus? Census { get; init; }

    /// <summary>Takes out what is not to be told.</summary>
    public required ObservationFilter Filter { get; init; }
}
