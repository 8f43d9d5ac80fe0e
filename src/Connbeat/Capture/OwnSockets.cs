using System.Collections.Concurrent;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>
/// The agent's own sockets, so that it need not tell of itself. What no process holds any more has no inode, as in the
/// message of an end; so the cookie of what was once recognised by its inode is remembered.
/// A socket that was opened and closed between two refreshes is not recognised.
/// </summary>
internal sealed class OwnSockets(ProcReader proc, int pid)
{
    /// <summary>How many cookies are remembered; one that is forgotten early is learned again as long as it has an inode.</summary>
    public const int MostCookies = 4096;

    // Refreshing side only.
    private readonly SocketInodes _sockets = new(proc);

    // Any thread. The inodes are sorted, and replaced, never changed.
    private readonly ConcurrentDictionary<ulong, bool> _cookies = new();
    private readonly Queue<ulong> _inOrder = new();
    private volatile uint[] _inodes = [];
    private volatile bool _remembers;

    /// <summary>Those of this process.</summary>
    public OwnSockets()
        : this(new ProcReader(ProcReader.System), Environment.ProcessId)
    {
    }

    /// <summary>Reads which sockets the agent has now; for one thread. Where it may not look, it knows what it knew.</summary>
    /// <exception cref="KernelException">The agent is out of descriptors or memory.</exception>
    public void Refresh()
    {
        if (_sockets.TryRead(pid, out ReadOnlySpan<uint> inodes, out _) is Look.Seen && !inodes.SequenceEqual(_inodes))
        {
            _inodes = inodes.ToArray();
        }
    }

    /// <summary>True where one of the agent's sockets had this inode number at the last refresh.</summary>
    public bool Contains(uint inode) => inode != 0 && _inodes.AsSpan().BinarySearch(inode) >= 0;

    /// <summary>True where the socket is the agent's, or was when it was last seen with an inode.</summary>
    public bool Recognises(in SocketEntry entry)
    {
        if (!Contains(entry.Inode))
        {
            return _remembers && _cookies.ContainsKey(entry.Cookie);
        }

        if (entry.Cookie != 0 && !_cookies.ContainsKey(entry.Cookie))
        {
            Remember(entry.Cookie);
        }

        return true;
    }

    private void Remember(ulong cookie)
    {
        lock (_inOrder)
        {
            if (!_cookies.TryAdd(cookie, true))
            {
                return;
            }

            _remembers = true;
            _inOrder.Enqueue(cookie);
            if (_inOrder.Count > MostCookies)
            {
                _cookies.TryRemove(_inOrder.Dequeue(), out _);
            }
        }
    }
}
