using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// The agent from the kernel to the owners, on one thread and without events: what the first poll and each later one
/// do, in the order in which the agent's threads do it.
/// </summary>
internal sealed class WatchedHost : IDisposable
{
    private readonly uint _namespace = NetworkNamespace.Current();
    private readonly ObservationPool _pool = new();
    private readonly SockDiagSocket _dumps = new();
    private readonly ProcessScanner _scanner = Agent.CreateScanner(new EnrichmentOptions(), BootTime.Clock);
    private readonly ProcessDirectory _directory = new();
    private readonly OwnerSearch _owners;
    private readonly Announcements _announcements;
    private readonly ConnectionTable _table;
    private int _told;

    public WatchedHost()
    {
        ListenerTable listeners = new();
        _owners = new OwnerSearch(_directory, isOn: true);
        _announcements = new Announcements(
            new TrackingOptions { Aggregation = TimeSpan.Zero }, listeners, _owners, (in Happening _) => _told++);
        _table = new ConnectionTable(listeners, _announcements);
    }

    /// <summary>How many sockets are known.</summary>
    public int Sockets => _table.Count;

    /// <summary>How many of them have an owner.</summary>
    public int Owned => _directory.Sockets;

    /// <summary>What was told of them.</summary>
    public int Told => _told;

    /// <summary>Takes a snapshot, finds the owners that it lacks, and tells what is new to nobody.</summary>
    public void Poll()
    {
        TakeSnapshot();
        long now = BootTime.Clock.GetTimestamp();
        _owners.Apply(_scanner.Scan(_owners.Request(now)));
        _announcements.OwnersArrived(now);
        _announcements.Advance(now, room: int.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose() => _dumps.Dispose();

    private void TakeSnapshot()
    {
        long begin = BootTime.Clock.GetTimestamp();
        ObservationBatch part = _pool.Rent(BatchKind.Snapshot, begin);
        part.IsComplete = _dumps.Dump(TcpStates.Watched, (in SocketEntry entry) =>
        {
            if (part.IsFull)
            {
                _table.Observe(part);
                part.Release();
                part = _pool.Rent(BatchKind.Snapshot, begin);
            }

            part.Add(_namespace, begin, entry);
        });

        part.IsLast = true;
        _table.Observe(part);
        part.Release();
    }
}
