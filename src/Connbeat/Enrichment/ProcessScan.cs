using Connbeat.Events;

namespace Connbeat.Enrichment;

/// <summary>What a look at the processes found: only what is new since the look before.</summary>
internal sealed record ProcessScan
{
    /// <summary>True where the scanner began anew: what is not told here is not known any more.</summary>
    public bool Fresh { get; init; }

    /// <summary>Processes that hold sockets and are new, changed, or hold others than before.</summary>
    public IReadOnlyList<ProcessSighting> Sightings { get; init; } = [];

    /// <summary>Processes that ended, or hold no socket any more.</summary>
    public IReadOnlyList<ProcessKey> Gone { get; init; } = [];

    /// <summary>
    /// Wanted inodes that no process holds: every one was read completely after the inode was first wanted. Where some
    /// are <see cref="Denied"/>, it means no process that this user may look at.
    /// </summary>
    public IReadOnlyList<uint> Nobody { get; init; } = [];

    /// <summary>True where the look failed, and nothing is told: what was wanted is to be asked for again.</summary>
    public bool HasFailed { get; init; }

    /// <summary>
    /// Where all processes were asked for, when that was: <see cref="Processes"/> are all that were there since, as they were since.
    /// </summary>
    public long? AllSince { get; init; }

    /// <summary>The processes that were asked for by their ids.</summary>
    public IReadOnlySet<int> Asked { get; init; } = new HashSet<int>();

    /// <summary>The facts of those that are there; at first of all that are there.</summary>
    public IReadOnlyList<ProcessFacts> Processes { get; init; } = [];

    /// <summary>What the wanted control groups say; null for one that is not there.</summary>
    public IReadOnlyDictionary<ulong, CgroupFacts?> Cgroups { get; init; } = new Dictionary<ulong, CgroupFacts?>();

    /// <summary>
    /// The container that each of the wanted network namespaces belongs to; null where it belongs to none, or to several.
    /// </summary>
    public IReadOnlyDictionary<uint, ContainerFacts?> Namespaces { get; init; } = new Dictionary<uint, ContainerFacts?>();

    /// <summary>What was withheld when the look began; null where nobody says.</summary>
    public SecretRemoval? Secrets { get; init; }

    /// <summary>How many processes had their descriptors read.</summary>
    public int Scanned { get; init; }

    /// <summary>How many living processes did not let us look when they were last tried.</summary>
    public int Denied { get; init; }

    /// <summary>How many processes could not be read for a reason that is not normal life.</summary>
    public int Faulty { get; init; }

    /// <summary>The first of those reasons.</summary>
    public string? Fault { get; init; }

    /// <summary>The same without what is to be withheld by now.</summary>
    public ProcessScan Without(SecretRemoval secrets) => this with
    {
        Sightings = [.. Sightings.Select(sighting => sighting with { Facts = secrets.Of(sighting.Facts) })],
        Processes = [.. Processes.Select(secrets.Of)],
    };
}

/// <summary>A process and the sockets it holds.</summary>
/// <param name="Facts">The process as it was then.</param>
/// <param name="SocketInodes">Inode numbers, sorted, each once, at least one. Never changed afterwards.</param>
internal sealed record ProcessSighting(ProcessFacts Facts, uint[] SocketInodes);

/// <summary>Tells processes apart for as long as the machine runs, also those that had the same pid.</summary>
internal readonly record struct ProcessKey(int Pid, ulong StartTicks);
