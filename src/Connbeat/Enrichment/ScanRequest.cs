namespace Connbeat.Enrichment;

/// <summary>What the loop wants to know of the processes.</summary>
/// <param name="Wanted">
/// All inode numbers of sockets that still lack an owner; none asks only for what changed. Handed over: the worker
/// reads it while the loop goes on.
/// </param>
/// <param name="SeenAt">When the newest of them was seen, as a timestamp of the loop's clock.</param>
internal sealed record ScanRequest(IReadOnlySet<uint> Wanted, long SeenAt);
