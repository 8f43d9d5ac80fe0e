using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>
/// One network namespace through the tables in /proc/[pid]/net of a process that is in it. They tell no cookie, so a
/// socket is known by its inode; what no process holds has none.
/// </summary>
internal sealed class ProcView : INamespaceView
{
    private const int Own = 0;

    private readonly ProcNetReader _tables;
    private readonly ProcReader _proc;
    private readonly ProcNetFiles _files;
    private int[] _pids;

    /// <summary>Opens the agent's own namespace.</summary>
    /// <param name="namespace">Its inode number.</param>
    /// <param name="tables">Reads the tables.</param>
    /// <param name="proc">Where they are.</param>
    /// <param name="files">What to read in their place.</param>
    public ProcView(uint @namespace, ProcNetReader tables, ProcReader proc, ProcNetFiles files)
    {
        Namespace = @namespace;
        _tables = tables;
        _proc = proc;
        _files = files;
        _pids = [Own];
    }

    /// <summary>Opens another namespace.</summary>
    public ProcView(FoundNamespace found, ProcNetReader tables, ProcReader proc)
        : this(found.Id, tables, proc, ProcNetFiles.None) => _pids = [.. found.Pids];

    /// <inheritdoc/>
    public uint Namespace { get; }

    /// <inheritdoc/>
    public uint? NetInode => null;

    /// <inheritdoc/>
    public DestroyedSockets? Destroyed => null;

    /// <inheritdoc/>
    public bool MayHave(Transport transport)
    {
        if (_pids is [Own])
        {
            return true;
        }

        foreach (int pid in _pids)
        {
            if (SocketStatistics.Read(_proc, pid) is { } statistics)
            {
                return (transport is Transport.Udp ? statistics.Udp : statistics.Tcp) > 0;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Read(Transport transport, TcpStates states, SocketEntryReader reader)
    {
        SocketEntryReader wanted = (in SocketEntry entry) =>
        {
            if (((uint)states & (1u << (int)entry.State)) != 0)
            {
                reader(entry);
            }
        };
        foreach (int pid in _pids)
        {
            if (Read(pid, transport, ipv6: false, wanted) is Look.Seen && ReadIPv6(pid, transport, wanted))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Update(FoundNamespace found) => _pids = [.. found.Pids];

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private bool ReadIPv6(int pid, Transport transport, SocketEntryReader reader)
    {
        Look look = Read(pid, transport, ipv6: true, reader);

        // A kernel without IPv6 has no such table, though the process is there.
        return look is Look.Seen || (look is Look.Gone && Read(pid, Transport.Udp, ipv6: false, Ignore) is Look.Seen);
    }

    /// <exception cref="KernelException">A file that stands in for a table is missing or protected.</exception>
    private Look Read(int pid, Transport transport, bool ipv6, SocketEntryReader reader)
    {
        const int NoEntry = 2, NoAccess = 13; // ENOENT, EACCES

        if (_files.Of(transport, ipv6) is not { } file)
        {
            return _tables.TryRead(pid, transport, ipv6, reader);
        }

        Look look = _tables.TryReadFile(file, transport, reader);
        return look is Look.Seen
            ? look
            : throw new KernelException($"open({file})", look is Look.Denied ? NoAccess : NoEntry);
    }

    private static void Ignore(in SocketEntry entry)
    {
    }
}
