using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// Capture and owners, and nothing else, on one thread: what the first poll and each later one do to know every socket of
/// this network namespace and whose it is.
/// </summary>
internal sealed class WatchedHost : IDisposable
{
    private readonly uint _namespace = NetworkNamespace.Current();
    private readonly ObservationPool _pool = new();
    private readonly SockDiagSocket _dumps = new();
    private readonly HostScanner _scanner = Agent.CreateScanner(new EnrichmentOptions(), BootTime.Clock);
    private readonly ProcessDirectory _directory = new();
    private readonly List<uint> _inodes = [];
    private readonly HashSet<uint> _known = [];

    /// <summary>How many sockets the last poll saw that a process holds.</summary>
    public int Sockets => _inodes.Count;

    /// <summary>For how many of them it knew the owner.</summary>
    public int Owned { get; private set; }

    /// <summary>Takes a snapshot and finds the owners that it lacks.</summary>
    public void Poll()
    {
        TakeSnapshot();
        _known.EnsureCapacity(_inodes.Count);
        HashSet<uint> wanted = new(Math.Max(0, _inodes.Count - _known.Count));
        foreach (uint inode in _inodes)
        {
            if (_known.Add(inode))
            {
                wanted.Add(inode);
            }
        }

        _directory.Apply(_scanner.Scan(new ScanRequest(wanted, BootTime.Clock.GetTimestamp())));
        foreach (uint inode in wanted)
        {
            Owned += _directory.TryFindOwner(inode, OwnerRule.Outbound, out _) ? 1 : 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _dumps.Dispose();

    private void TakeSnapshot()
    {
        _inodes.Clear();
        long begin = BootTime.Clock.GetTimestamp();
        ObservationBatch part = _pool.Rent(BatchKind.Snapshot, begin);
        SocketEntryReader add = (in SocketEntry entry) =>
        {
            if (part.IsFull)
            {
                Read(part);
                part = _pool.Rent(BatchKind.Snapshot, begin);
            }

            part.Add(_namespace, begin, entry);
        };
        _dumps.Dump(Transport.Tcp, TcpStates.Watched, add);
        _dumps.Dump(Transport.Udp, TcpStates.Datagram, add);
        Read(part);
    }

    private void Read(ObservationBatch part)
    {
        foreach (ref readonly SocketObservation socket in part.Sockets)
        {
            if (socket.Entry.Inode != 0)
            {
                _inodes.Add(socket.Entry.Inode);
            }
        }

        part.Release();
    }
}
