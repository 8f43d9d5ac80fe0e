using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

/// <summary>The table and what is around it, with a list where the stream would be. Times are in nanoseconds.</summary>
internal sealed class Tracker
{
    public const long Second = 1_000_000_000;

    private readonly ObservationPool _pool = new();

    public Tracker(
        TrackingOptions? options = null, bool ownersAreSought = true, Tell? tell = null, HeardProcesses? heard = null,
        TimeSpan? udpIdle = null)
    {
        Listeners = new ListenerTable();
        Owners = new OwnerSearch(new ProcessDirectory(), ownersAreSought, Cgroups, heard: heard);
        Announcements = new Announcements(
            options ?? new TrackingOptions { OwnerWait = TimeSpan.Zero }, Listeners, Owners, tell ?? Add);
        Table = new ConnectionTable(Listeners, Announcements, udpIdle);
    }

    public CgroupDirectory Cgroups { get; } = new();

    public ListenerTable Listeners { get; }

    public OwnerSearch Owners { get; }

    public Announcements Announcements { get; }

    public ConnectionTable Table { get; }

    public List<Told> Told { get; } = [];

    public IEnumerable<string> Texts => Told.Select(told => told.Text);

    /// <summary>A tracker whose first snapshot is over and was empty.</summary>
    public static Tracker Started(TrackingOptions? options = null, bool ownersAreSought = true)
    {
        Tracker tracker = new(options, ownersAreSought);
        tracker.Snapshot(1);
        tracker.Scan();
        return tracker;
    }

    /// <summary>A whole snapshot in one part.</summary>
    public void Snapshot(long begin, params SocketEntry[] sockets) => Part(begin, isLast: true, sockets: sockets);

    public void Part(long begin, bool isLast = false, bool isComplete = true, params SocketEntry[] sockets)
    {
        ObservationBatch batch = Batch(BatchKind.Snapshot, begin, sockets);
        batch.IsLast = isLast;
        batch.IsComplete = isLast && isComplete;
        batch.Unseen = isComplete ? [] : [Entries.Namespace];
        Observe(batch);
    }

    /// <summary>A whole snapshot of several namespaces, of which some were not looked at.</summary>
    public void SnapshotBut(uint[] unseen, long begin, params (uint Namespace, SocketEntry Entry)[] sockets)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Snapshot, begin);
        foreach ((uint @namespace, SocketEntry entry) in sockets)
        {
            batch.Add(@namespace, begin, entry);
        }

        batch.IsLast = true;
        batch.IsComplete = true;
        batch.Unseen = unseen;
        Observe(batch);
    }

    public void Destroy(long at, params SocketEntry[] sockets) => Observe(Batch(BatchKind.Changes, at, sockets));

    /// <summary>What eBPF programs tell, one after the other.</summary>
    public void Change(params SocketObservation[] changes)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Changes, begin: 0);
        foreach (ref readonly SocketObservation change in changes.AsSpan())
        {
            batch.Add(change);
        }

        Observe(batch);
    }

    /// <summary>A batch that the test fills.</summary>
    public void Change(Action<ObservationBatch> fill)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Changes, begin: 0);
        fill(batch);
        Observe(batch);
    }

    /// <summary>A snapshot of what processes hold.</summary>
    public void SnapshotOfHeld(long begin, params SocketObservation[] rows)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Snapshot, begin);
        foreach (ref readonly SocketObservation row in rows.AsSpan())
        {
            batch.Add(row);
        }

        (batch.IsLast, batch.IsComplete, batch.ShowsHeldTcpOnly) = (true, true, true);
        Observe(batch);
    }

    /// <summary>A look at all flows of UDP.</summary>
    public void Flows(long begin, params FlowObservation[] flows)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Flows, begin);
        foreach (ref readonly FlowObservation flow in flows.AsSpan())
        {
            batch.Add(flow);
        }

        batch.IsLast = true;
        Observe(batch);
    }

    public void Overrun(long at)
    {
        ObservationBatch batch = Batch(BatchKind.Overrun, at, []);
        batch.Namespace = Entries.Namespace;
        Observe(batch);
    }

    /// <summary>The ring of the programs had no room.</summary>
    public void Lose(long at) => Observe(Batch(BatchKind.Overrun, at, []));

    /// <summary>The answer of a look at the processes.</summary>
    public void Scan(long now = 1, IReadOnlyList<uint>? nobody = null, params ProcessSighting[] sightings) =>
        Scan(now, new ProcessScan { Sightings = sightings, Nobody = nobody ?? [] });

    /// <summary>The answer of a look at the host.</summary>
    public void Scan(long now, ProcessScan scan)
    {
        Owners.Apply(scan);
        Announcements.OwnersArrived(now);
    }

    /// <summary>Lets time pass, with room for this many events that may wait.</summary>
    public void Advance(long now, int room = int.MaxValue) => Announcements.Advance(now, () => room-- > 0);

    private ObservationBatch Batch(BatchKind kind, long begin, SocketEntry[] sockets)
    {
        ObservationBatch batch = _pool.Rent(kind, begin);
        foreach (ref readonly SocketEntry socket in sockets.AsSpan())
        {
            batch.Add(Entries.Namespace, begin, socket);
        }

        return batch;
    }

    private void Observe(ObservationBatch batch)
    {
        Table.Observe(batch);
        batch.Release();
    }

    private void Add(in Happening happening) => Told.Add(Tracking.Told.Of(happening));
}
