using System.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>/proc/[pid]/exe: a link to the file that the process runs; proc_pid_exe(5).</summary>
internal static class Executable
{
    /// <summary>The path; null for a kernel thread, and where it cannot be read.</summary>
    public static string? Read(ProcReader proc, int pid) =>
        proc.TryReadLink(pid, "exe"u8, out ReadOnlySpan<byte> target) == Look.Seen ? Parse(target) : null;

    /// <summary>The target without the mark that the kernel puts behind a file that was deleted or replaced.</summary>
    public static string Parse(ReadOnlySpan<byte> target)
    {
        ReadOnlySpan<byte> deleted = " (deleted)"u8;
        return Encoding.UTF8.GetString(target.EndsWith(deleted) ? target[..^deleted.Length] : target);
    }
}
