namespace Connbeat.Linux.Namespaces;

/// <summary>A network namespace by its inode number, which is what the kernel and <c>lsns</c> know it by; namespaces(7).</summary>
internal static class NetworkNamespace
{
    /// <summary>The namespace of the calling thread.</summary>
    /// <exception cref="KernelException">There is no /proc to ask.</exception>
    public static uint Current()
    {
        int errno = LibC.TryStatus("/proc/thread-self/ns/net\0"u8, out FileStatus status);
        return errno == 0 ? (uint)status.Inode : throw new KernelException("statx(/proc/thread-self/ns/net)", errno);
    }
}
