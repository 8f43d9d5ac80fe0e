namespace Connbeat.Capture;

/// <summary>A network namespace other than the agent's own that is watched.</summary>
/// <param name="Id">
/// Its inode number; where the kernel does not let this user see it, that of its /proc/[pid]/net/tcp, which is as unique.
/// </param>
/// <param name="Name">The name under which it is mounted, such as <c>blue</c> for /run/netns/blue; null where it has none.</param>
/// <param name="Pids">Processes that are in it, sorted. Never changed afterwards.</param>
internal sealed record NamespaceSighting(uint Id, string? Name, IReadOnlyList<int> Pids);
