using System.Buffers.Text;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// The sockets that a process holds: links of /proc/[pid]/fd that lead to <c>socket:[inode]</c>; proc_pid_fd(5). Raw
/// getdents64 and readlinkat into buffers of its own: two microseconds a descriptor, no garbage. One user at a time.
/// </summary>
internal sealed class SocketInodes(ProcReader proc)
{
    private const int LongestTarget = 32; // "socket:[" + 20 digits + "]"

    private readonly byte[] _entries = new byte[32 * 1024];
    private readonly List<uint> _inodes = [];

    /// <summary>Reads them all, sorted, each once. They live until the next call.</summary>
    /// <param name="pid">Whose.</param>
    /// <param name="inodes">The inode numbers; empty unless the result is <see cref="Look.Seen"/>.</param>
    /// <param name="descriptors">How many descriptors were looked at, sockets or not.</param>
    public Look TryRead(int pid, out ReadOnlySpan<uint> inodes, out int descriptors)
    {
        inodes = [];
        descriptors = 0;
        _inodes.Clear();

        Look look = proc.TryOpenDirectory(pid, "fd"u8, out SafeFileHandle? directory);
        using (directory)
        {
            if (directory is null || (look = ReadAll(pid, directory, ref descriptors)) != Look.Seen)
            {
                return look;
            }
        }

        inodes = SortedOnce();
        return Look.Seen;
    }

    /// <summary>The inode number in the target of a link; false where it leads to anything but a socket.</summary>
    public static bool TryParse(ReadOnlySpan<byte> target, out uint inode)
    {
        inode = 0;
        return target.StartsWith("socket:["u8) && Utf8Parser.TryParse(target[8..], out inode, out int digits) &&
            target[(8 + digits)..].SequenceEqual("]"u8);
    }

    private Look ReadAll(int pid, SafeFileHandle directory, ref int descriptors)
    {
        while (true)
        {
            using LentRights.Loan loan = LentRights.Take(); // each link asks for them
            int length = LibC.ReadDirectory(directory, _entries);
            if (length <= 0)
            {
                return length == 0 ? Look.Seen : proc.Judge(-length, "getdents64", pid, "fd"u8);
            }

            foreach (ReadOnlySpan<byte> name in new DirectoryEntries(_entries.AsSpan(0, length)))
            {
                if (name[0] == '.')
                {
                    continue;
                }

                descriptors++;
                if (!TryAdd(directory, name))
                {
                    return Look.Denied;
                }
            }
        }
    }

    /// <summary>False where we may not look; a descriptor that was closed meanwhile is passed by.</summary>
    private bool TryAdd(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        Span<byte> target = stackalloc byte[LongestTarget];
        int length = LibC.ReadLink(directory, name, target);
        if (length > 0 && TryParse(target[..length], out uint inode))
        {
            _inodes.Add(inode);
        }

        return length is not (-1 or -13); // EPERM, EACCES
    }

    private ReadOnlySpan<uint> SortedOnce()
    {
        Span<uint> inodes = CollectionsMarshal.AsSpan(_inodes);
        inodes.Sort();
        int count = 0;
        foreach (uint inode in inodes)
        {
            if (count == 0 || inodes[count - 1] != inode)
            {
                inodes[count++] = inode;
            }
        }

        return inodes[..count];
    }
}
