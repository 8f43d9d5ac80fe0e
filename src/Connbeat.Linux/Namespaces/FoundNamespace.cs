using Connbeat.Linux.ProcFs;

namespace Connbeat.Linux.Namespaces;

/// <summary>A network namespace as a look at the host found it. The next look changes it.</summary>
/// <param name="id">Its number.</param>
internal sealed class FoundNamespace(uint id)
{
    /// <summary>
    /// Its inode number; where the kernel shows that to this user neither for a process nor for a mount, the number of
    /// its <see cref="ProcNetTable.NetInode(ProcReader, int)"/>.
    /// </summary>
    public uint Id { get; } = id;

    /// <summary>The last part of <see cref="MountPoint"/>: <c>blue</c> for /run/netns/blue. Null where it is not mounted.</summary>
    public string? Name { get; private set; }

    /// <summary>Where it is mounted, one below /run/netns before others; null where it is not.</summary>
    public string? MountPoint { get; private set; }

    /// <summary>The processes that are in it, sorted.</summary>
    public List<int> Pids { get; } = [];

    /// <summary>The first process whose ns/net could be read; 0 where there is none.</summary>
    public int OpenablePid { get; private set; }

    /// <summary>False where all that is known of it are processes of others, whose ns/net this user may not read.</summary>
    public bool IsOpenable => OpenablePid != 0 || MountPoint is not null;

    /// <summary>True where this look found it.</summary>
    internal bool IsHeld => Pids.Count > 0 || MountPoint is not null;

    /// <summary>Makes ready for the next look.</summary>
    internal void Forget()
    {
        Name = MountPoint = null;
        Pids.Clear();
        OpenablePid = 0;
    }

    /// <summary>Adds a process.</summary>
    internal void Add(int pid, bool isOpenable)
    {
        Pids.Add(pid);
        if (isOpenable && OpenablePid == 0)
        {
            OpenablePid = pid;
        }
    }

    /// <summary>Adds a mount.</summary>
    internal void Add(string mountPoint)
    {
        if (MountPoint is null || (IsNamed(mountPoint) && !IsNamed(MountPoint)))
        {
            MountPoint = mountPoint;
            Name = mountPoint[(mountPoint.LastIndexOf('/') + 1)..];
        }
    }

    /// <summary>Below the folder where ip-netns(8) keeps them, and where a name is one that people gave.</summary>
    private static bool IsNamed(string mountPoint) =>
        mountPoint.StartsWith("/run/netns/", StringComparison.Ordinal) ||
        mountPoint.StartsWith("/var/run/netns/", StringComparison.Ordinal);
}
