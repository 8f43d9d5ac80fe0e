using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Linux.Namespaces;

/// <summary>
/// Whether the agent is in the host's own namespace of a kind, or in one of a container: the inode numbers of the first
/// are the same on every kernel since 3.8; linux/proc_ns.h, namespaces(7).
/// </summary>
internal static class InitialNamespace
{
    /// <summary>Control groups are named from the root of the host's.</summary>
    public static bool? IsOfCgroups(ProcReader proc) => Is(proc, "cgroup", 0xEFFF_FFFB); // PROC_CGROUP_INIT_INO

    /// <summary>All processes of the host have a number here.</summary>
    public static bool? IsOfProcesses(ProcReader proc) => Is(proc, "pid", 0xEFFF_FFFC); // PROC_PID_INIT_INO

    /// <summary>Capabilities hold for the whole host.</summary>
    public static bool? IsOfUsers(ProcReader proc) => Is(proc, "user", 0xEFFF_FFFD); // PROC_USER_INIT_INO

    /// <summary>Null where the kernel does not tell.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    private static bool? Is(ProcReader proc, string kind, uint number) =>
        proc.TryReadLink(0, Encoding.UTF8.GetBytes($"self/ns/{kind}"), out ReadOnlySpan<byte> target) == Look.Seen
            ? target.SequenceEqual(Encoding.UTF8.GetBytes($"{kind}:[{number}]"))
            : null;
}
