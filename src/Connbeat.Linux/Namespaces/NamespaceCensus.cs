using System.Runtime.InteropServices;
using System.Text;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Linux.Namespaces;

/// <summary>
/// Finds the network namespaces of a host: those that a process is in (/proc/[pid]/ns/net, namespaces(7)) and those that
/// are mounted, as ip-netns(8) does. A namespace that only a descriptor holds is not found. One user at a time.
/// </summary>
/// <param name="proc">Where to look.</param>
internal sealed class NamespaceCensus(ProcReader proc)
{
    private readonly ProcessIds _processes = new(proc);
    private readonly FileLines _lines = new();
    private readonly List<int> _pids = [];
    private readonly List<int> _tids = [];
    private readonly List<int> _denied = [];
    private readonly List<MountInfo> _mounts = [];
    private readonly Dictionary<uint, FoundNamespace> _found = [];
    private Dictionary<uint, uint> _idByNetInode = [];
    private Dictionary<uint, uint> _earlier = [];

    /// <summary>Looks at every process and every mount. What it hands out, the next look changes.</summary>
    /// <exception cref="KernelException">The tree itself cannot be read.</exception>
    public IReadOnlyDictionary<uint, FoundNamespace> Take()
    {
        foreach (FoundNamespace known in _found.Values)
        {
            known.Forget();
        }

        TakeProcesses();
        TakeDenied();
        TakeMounts();
        foreach (FoundNamespace known in _found.Values)
        {
            if (!known.IsHeld)
            {
                _found.Remove(known.Id);
            }
        }

        return _found;
    }

    /// <summary>
    /// Teaches which namespace a number of /proc/[pid]/net/tcp stands for, learnt from inside it: then processes of others
    /// that are in it are put there.
    /// </summary>
    public void Learn(uint netInode, uint id) => _idByNetInode[netInode] = id;

    /// <summary>True for the id of a namespace that another id was learnt for since, and that the next look puts there.</summary>
    public bool IsAlias(uint id) => _idByNetInode.TryGetValue(id, out uint known) && known != id;

    /// <summary>
    /// True where any thread of any process, the agent's own included, is in a namespace: a thread may be in another one
    /// than its process. It costs several times what <see cref="Take"/> does, so look before a namespace is left.
    /// </summary>
    /// <param name="id">The namespace, as the last <see cref="Take"/> told it.</param>
    /// <exception cref="KernelException">The tree itself cannot be read.</exception>
    public bool IsHeldByThread(uint id)
    {
        _processes.Read(_pids);
        foreach (int pid in _pids)
        {
            if (_processes.TryReadThreads(pid, _tids) != Look.Seen)
            {
                continue;
            }

            foreach (int tid in _tids)
            {
                if (IsIn(id, pid, tid))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void TakeProcesses()
    {
        _denied.Clear();
        _processes.Read(_pids);
        _pids.Sort();
        foreach (int pid in _pids)
        {
            Look look = TryReadId(pid, "ns/net"u8, out uint id);
            if (look == Look.Seen)
            {
                Found(id).Add(pid, isOpenable: true);
            }
            else if (look == Look.Denied)
            {
                _denied.Add(pid);
            }
        }
    }

    /// <summary>
    /// Puts the processes of others where they belong. Every network namespace has a /proc/net of its own, whose inode
    /// numbers everybody may see: a process whose link can be read teaches which namespace such a number stands for.
    /// </summary>
    private void TakeDenied()
    {
        (_earlier, _idByNetInode) = (_idByNetInode, _earlier);
        _idByNetInode.Clear();
        if (_denied.Count == 0)
        {
            return;
        }

        foreach (FoundNamespace found in _found.Values)
        {
            if (found.IsHeld && ProcNetTable.NetInode(proc, found.OpenablePid) is { } netInode)
            {
                _idByNetInode[netInode] = found.Id;
            }
        }

        foreach (int pid in _denied)
        {
            if (ProcNetTable.NetInode(proc, pid) is { } netInode)
            {
                FoundNamespace found = Found(IdOf(netInode));
                found.Add(pid, isOpenable: false);
            }
        }

        foreach (FoundNamespace found in _found.Values)
        {
            found.Pids.Sort();
        }
    }

    /// <summary>
    /// The namespace that a number was learnt to stand for, also by an earlier look: it keeps its id when the last
    /// process that could teach it ends. The kernel gives numbers again, so a teacher of today has the last word.
    /// </summary>
    private uint IdOf(uint netInode)
    {
        ref uint id = ref CollectionsMarshal.GetValueRefOrAddDefault(_idByNetInode, netInode, out bool isKnown);
        if (!isKnown)
        {
            bool isKept = _earlier.TryGetValue(netInode, out uint earlier) &&
                !(_found.TryGetValue(earlier, out FoundNamespace? taken) && taken.IsHeld);
            id = isKept ? earlier : netInode;
        }

        return id;
    }

    private void TakeMounts()
    {
        _mounts.Clear();
        MountInfo.Read(proc, _lines, "nsfs"u8, _mounts);
        foreach (MountInfo mount in _mounts)
        {
            if (NetworkNamespace.TryParse(Encoding.UTF8.GetBytes(mount.Root), out uint id))
            {
                Found(id).Add(mount.MountPoint);
            }
        }
    }

    private FoundNamespace Found(uint id)
    {
        ref FoundNamespace? found = ref CollectionsMarshal.GetValueRefOrAddDefault(_found, id, out _);
        return found ??= new FoundNamespace(id);
    }

    private bool IsIn(uint id, int pid, int tid)
    {
        Span<byte> buffer = stackalloc byte[64];
        Look look = TryReadId(pid, FileOf(tid, "/ns/net"u8, buffer), out uint its);
        if (look != Look.Denied)
        {
            return look == Look.Seen && its == id;
        }

        return ProcNetTable.NetInode(proc, pid, FileOf(tid, "/net/tcp"u8, buffer)) is { } netInode &&
            _idByNetInode.GetValueOrDefault(netInode, netInode) == id;
    }

    private static ReadOnlySpan<byte> FileOf(int tid, ReadOnlySpan<byte> file, Span<byte> buffer)
    {
        ReadOnlySpan<byte> folder = "task/"u8;
        folder.CopyTo(buffer);
        tid.TryFormat(buffer[folder.Length..], out int digits);
        int length = folder.Length + digits;
        file.CopyTo(buffer[length..]);
        return buffer[..(length + file.Length)];
    }

    /// <summary>A link that leads to anything but a network namespace is one that is not there.</summary>
    private Look TryReadId(int pid, ReadOnlySpan<byte> link, out uint id)
    {
        id = 0;
        Look look = proc.TryReadLink(pid, link, out ReadOnlySpan<byte> target);
        return look == Look.Seen && !NetworkNamespace.TryParse(target, out id) ? Look.Gone : look;
    }
}
