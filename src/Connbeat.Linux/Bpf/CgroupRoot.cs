using System.Text;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.Bpf;

/// <summary>The root of the machine's control groups of version 2: what is attached there sees every process.</summary>
internal static class CgroupRoot
{
    /// <summary>Opens it; null where it is not mounted, or not visible from the agent's own cgroup namespace.</summary>
    public static SafeFileHandle? Open(ProcReader proc)
    {
        if (InitialNamespace.IsOfCgroups(proc) == false)
        {
            return null;
        }

        string? folder = MountInfo.Read(proc)
            .FirstOrDefault(mount => mount is { FileSystem: "cgroup2", Root: "/" }).MountPoint;
        return folder is null ? null : LibC.TryOpen(Encoding.UTF8.GetBytes(folder + '\0'), directory: true, out _);
    }
}
