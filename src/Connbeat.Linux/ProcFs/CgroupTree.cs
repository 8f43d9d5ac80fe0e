using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// Finds control groups by the number that the kernel gives each: the inode number of its folder in the hierarchy of
/// version 2, which INET_DIAG_CGROUP_ID of linux/inet_diag.h is too; cgroups(7). One user at a time.
/// </summary>
/// <param name="root">Where the hierarchy is mounted, such as <c>/sys/fs/cgroup</c>.</param>
/// <param name="mostFolders">How many folders one walk may read: 10,000 take a quarter of a second.</param>
internal sealed class CgroupTree(string root, int mostFolders = 10_000)
{
    /// <summary>The number of the group at the root of the whole hierarchy; everything is in it, so it tells nothing.</summary>
    public const ulong RootId = 1;

    /// <summary>How deep below the root a group is looked for.</summary>
    public const int Deepest = 32;

    private readonly byte[] _root = Encoding.UTF8.GetBytes(root.TrimEnd('/') + '/');
    private readonly byte[] _entries = new byte[32 * 1024];
    private readonly Queue<(byte[] Path, int Depth)> _folders = [];

    /// <summary>
    /// The paths of those that are there, from <c>/</c> at the root. Folders that go while they are read, or may not be
    /// read, are passed by, and those beyond the limits are not looked for.
    /// </summary>
    public IReadOnlyDictionary<ulong, string> Find(IReadOnlySet<ulong> wanted)
    {
        Dictionary<ulong, string> found = [];
        if (LibC.TryStatus([.. _root, 0], out FileStatus status) == 0 && wanted.Contains(status.Inode))
        {
            found.Add(status.Inode, "/");
        }

        _folders.Enqueue(([], 0));
        for (int left = mostFolders; left > 0 && found.Count < wanted.Count && _folders.Count > 0; left--)
        {
            (byte[] path, int depth) = _folders.Dequeue();
            using SafeFileHandle? folder = LibC.TryOpen([.. _root, .. path, 0], directory: true, out _);
            if (folder is not null)
            {
                Read(folder, path, depth, wanted, found);
            }
        }

        _folders.Clear();
        return found;
    }

    private void Read(
        SafeFileHandle folder, byte[] path, int depth, IReadOnlySet<ulong> wanted, Dictionary<ulong, string> found)
    {
        int length;
        while ((length = LibC.ReadDirectory(folder, _entries)) > 0)
        {
            DirectoryEntries entries = new(_entries.AsSpan(0, length));
            while (entries.MoveNext())
            {
                ReadOnlySpan<byte> name = entries.Current[..^1];
                if (!entries.IsFolder || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
                {
                    continue;
                }

                if (wanted.Contains(entries.Inode))
                {
                    found[entries.Inode] = '/' + Encoding.UTF8.GetString([.. path, .. name]);
                }

                if (depth < Deepest && _folders.Count < mostFolders)
                {
                    _folders.Enqueue(([.. path, .. name, (byte)'/'], depth + 1));
                }
            }
        }
    }
}
