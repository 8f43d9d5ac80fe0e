using Connbeat.Capture;

namespace Connbeat.Enrichment;

/// <summary>What the loop wants to know of the processes. Handed over: the worker reads it while the loop goes on.</summary>
/// <param name="Wanted">All inode numbers of sockets that still lack an owner; none asks only for what changed.</param>
/// <param name="SeenAt">When the newest of them was seen, as a timestamp of the loop's clock.</param>
internal sealed record ScanRequest(IReadOnlySet<uint> Wanted, long SeenAt)
{
    /// <summary>Wants nothing but what a first look shows anyway.</summary>
    public static ScanRequest First { get; } = new(new HashSet<uint>(), long.MinValue);

    /// <summary>Processes whose facts are wanted.</summary>
    public IReadOnlySet<int> Processes { get; init; } = new HashSet<int>();

    /// <summary>True where the facts of all processes are wanted, whoever is named.</summary>
    public bool AllProcesses { get; init; }

    /// <summary>Control groups whose path is wanted, by inode number.</summary>
    public IReadOnlySet<ulong> Cgroups { get; init; } = new HashSet<ulong>();

    /// <summary>All network namespaces whose containers are wanted.</summary>
    public IReadOnlyList<NamespaceSighting> Namespaces { get; init; } = [];
}
