using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux;

/// <summary>What the BCL does not do with a folder.</summary>
internal static class Folder
{
    /// <summary>Makes safe against a power cut which files are in it; fsync(2) of the folder.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static void Sync(string path)
    {
        using SafeFileHandle folder = LibC.TryOpen(Encoding.UTF8.GetBytes(path + '\0'), directory: true, out int errno) ??
            throw new IOException(new KernelException($"open({path})", errno).Message, errno);
        RandomAccess.FlushToDisk(folder);
    }
}
