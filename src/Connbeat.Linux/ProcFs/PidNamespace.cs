namespace Connbeat.Linux.ProcFs;

/// <summary>/proc/self/ns/pid: the namespace that process ids are of; pid_namespaces(7).</summary>
internal static class PidNamespace
{
    /// <summary>Its inode number; null where this /proc does not show it.</summary>
    public static uint? Current(ProcReader proc) =>
        proc.TryStatus(0, "self/ns/pid"u8, out FileStatus status) == Look.Seen ? (uint)status.Inode : null;
}
