using System.Net.Sockets;
using System.Threading.Channels;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Telemetry;

namespace Connbeat.Capture;

/// <summary>
/// Observes sockets by looking at all of them at every poll interval, and passes on what the engine hears of sockets that
/// end in between. Two threads: one waits for those messages; the other looks which network namespaces there are, and
/// takes snapshots of them.
/// </summary>
internal sealed class PollingCapture : ICapture
{
    /// <summary>What looking at all sockets may cost of one processor; together with the census a hundredth.</summary>
    private const double SnapshotShare = 0.0075, CensusShare = 0.0025;

    private readonly CaptureSettings _settings;
    private readonly TimeProvider _time;
    private readonly CaptureHappenings _happened;
    private readonly WatchedNamespaces _namespaces;
    private readonly ObservationFilter _filter;
    private readonly ChangesReader _changes;
    private readonly CpuBudget _snapshots;
    private readonly CpuBudget _censuses;
    private readonly Func<TimeSpan> _cpuTime;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _snapshotNow = new(0);
    private readonly Thread _snapshotThread;
    private readonly Thread _changesThread;
    private readonly ObservationQueue _queue;
    private readonly SocketEntryReader _add;

    // The snapshot under way.
    private ObservationBatch? _part;
    private uint _namespace;
    private long _at;
    private int _sockets;

    // The last one of all namespaces.
    private (TimeSpan Cost, int Sockets) _last;

    /// <summary>
    /// Opens the calling thread's network namespace, unless it is not to be watched, and subscribes before any snapshot.
    /// </summary>
    /// <param name="engine">Looks into network namespaces.</param>
    /// <param name="settings">What is observed, and how often.</param>
    /// <param name="time">The clock.</param>
    /// <param name="happened">Takes what is worth telling.</param>
    /// <param name="cpuTime">What the calling thread has spent on a processor; null asks the kernel.</param>
    /// <exception cref="KernelException">The kernel refuses what the engine needs.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine needs.</exception>
    public PollingCapture(
        ICaptureEngine engine, CaptureSettings settings, TimeProvider time, CaptureHappenings happened,
        Func<TimeSpan>? cpuTime = null)
    {
        Name = engine.Name;
        _settings = settings;
        _time = time;
        _happened = happened;
        _cpuTime = cpuTime ?? CpuTime.OfThread;
        _queue = new ObservationQueue(_stop.Token);
        _filter = settings.Filter;
        _snapshots = new CpuBudget(SnapshotShare, TimeSpan.FromMilliseconds(250), time);
        _censuses = new CpuBudget(CensusShare, TimeSpan.FromMilliseconds(100), time);
        _namespaces = new WatchedNamespaces(
            engine, settings.WatchOwn ? engine.OpenOwn() : null, settings.OwnNamespace, settings.Census, happened);
        _changes = new ChangesReader(_queue, _filter, time, happened) { Overran = SnapshotNow };
        Listen(_namespaces.Own);
        _add = Add;
        _snapshotThread = new Thread(() => Run(TakeSnapshots)) { IsBackground = true, Name = "snapshots" };
        _changesThread = new Thread(() => Run(() => _changes.Run(_stop.Token))) { IsBackground = true, Name = "changes" };
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ChannelReader<ObservationBatch> Batches => _queue.Reader;

    /// <inheritdoc/>
    public void Start()
    {
        _changesThread.Start();
        _snapshotThread.Start();
    }

    /// <summary>Has a snapshot taken now instead of at the next poll.</summary>
    public void SnapshotNow()
    {
        if (_snapshotNow.CurrentCount == 0)
        {
            _snapshotNow.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        if (_snapshotThread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _queue.Complete();
        }
        else
        {
            _snapshotThread.Join();
            _changesThread.Join();
        }

        _changes.Dispose();
        _namespaces.Dispose();
    }

    /// <summary>The outermost frame of both threads: whatever ends one ends the engine, and the reader learns why.</summary>
    private void Run(Action loop)
    {
        try
        {
            loop();
            _queue.Complete();
        }
        catch (OperationCanceledException)
        {
            _queue.Complete();
        }
        catch (Exception failure)
        {
            _queue.Complete(failure);
            _stop.Cancel();
        }
    }

    private void TakeSnapshots()
    {
        bool wanted = true;
        while (!_stop.IsCancellationRequested)
        {
            long begin = _time.GetTimestamp();
            bool looked = wanted || _censuses.Allows();
            if (looked)
            {
                _censuses.Spend(Costing(LookForNamespaces));
            }

            bool everywhere = wanted || _snapshots.Allows();
            if (everywhere || (looked && _namespaces.Joined.Count + _namespaces.Left.Count > 0))
            {
                TimeSpan cost = Costing(() => TakeSnapshot(begin, everywhere));
                _snapshots.Spend(cost);
                _last = everywhere ? (cost, _sockets) : _last;
            }

            TellPace(everywhere);

            TimeSpan rest = _settings.PollInterval - _time.GetElapsedTime(begin);
            wanted = rest > TimeSpan.Zero && _snapshotNow.Wait(rest, _stop.Token);
        }
    }

    /// <summary>Says how often all namespaces are looked at where a poll goes without, and when that is over.</summary>
    private void TellPace(bool everywhere)
    {
        TimeSpan pace = _snapshots.IntervalFor(_last.Cost);
        if (pace <= _settings.PollInterval)
        {
            _happened.SnapshotsUnstretched(_settings.PollInterval);
        }
        else if (!everywhere)
        {
            _happened.SnapshotsStretched(_settings.PollInterval, pace, _last.Cost, _last.Sockets);
        }
    }

    private void LookForNamespaces()
    {
        try
        {
            if (_namespaces.Refresh())
            {
                ObservationBatch batch = _queue.Rent(BatchKind.Namespaces, _time.GetTimestamp());
                batch.Namespaces = _namespaces.Sightings;
                _queue.Send(batch);
            }
        }
        catch (KernelException failure)
        {
            _happened.CensusFailed(failure);
        }

        foreach (INamespaceView joined in _namespaces.Joined)
        {
            Listen(joined);
        }

        foreach (INamespaceView left in _namespaces.Left)
        {
            _changes.Remove(left.Namespace);
            left.Dispose();
        }
    }

    private void Listen(INamespaceView? view)
    {
        if (view?.Destroyed is { } destroyed)
        {
            _changes.Add(view.Namespace, destroyed);
        }
    }

    /// <param name="begin">When it begins.</param>
    /// <param name="everywhere">False looks only into the namespaces that are new.</param>
    private void TakeSnapshot(long begin, bool everywhere)
    {
        HashSet<uint> unseen = [.. _namespaces.Closed];
        RefreshFilter();
        _part = _queue.Rent(BatchKind.Snapshot, begin);
        _sockets = 0;
        foreach (INamespaceView view in _namespaces.All)
        {
            if (!(everywhere || _namespaces.Joined.Contains(view)) || !Look(view))
            {
                unseen.Add(view.Namespace);
            }
        }

        if (everywhere)
        {
            _happened.SnapshotTaken(_sockets, _time.GetElapsedTime(begin));
        }

        ObservationBatch part = _part;
        _part = null;
        part.IsLast = true;
        part.IsComplete = everywhere && !unseen.Contains(_settings.OwnNamespace);
        part.Unseen = unseen;
        part.End = _time.GetTimestamp();
        _queue.Send(part);
    }

    private void RefreshFilter()
    {
        try
        {
            _filter.Refresh();
        }
        catch (KernelException failure)
        {
            _happened.SnapshotFailed(failure); // what is new of the agent's own sockets is told this time
        }
    }

    /// <returns>False where sockets may be missing.</returns>
    private bool Look(INamespaceView view)
    {
        bool complete = true;
        _namespace = view.Namespace;
        _at = _time.GetTimestamp();
        foreach (Transport transport in _settings.Transports)
        {
            try
            {
                complete &= !view.MayHave(transport) ||
                    view.Read(transport, transport is Transport.Udp ? TcpStates.Datagram : TcpStates.Watched, _add);
            }
            catch (Exception failure) when (failure is KernelException or WireFormatException or SocketException)
            {
                _happened.SnapshotFailed(failure);
                return false;
            }
        }

        if (!complete)
        {
            _happened.SnapshotInconsistent();
        }

        return complete;
    }

    private void Add(in SocketEntry entry)
    {
        // What has neither cookie nor inode is known by nothing, and held by nobody.
        bool isNamed = entry.Cookie != 0 || entry.Inode != 0;
        if (entry.IsTimeWait || !isNamed || _filter.Drops(entry))
        {
            return;
        }

        ObservationBatch part = _part!;
        if (part.IsFull)
        {
            _queue.Send(part);
            part = _part = _queue.Rent(BatchKind.Snapshot, part.Begin);
        }

        _sockets++;
        part.Add(_namespace, _at, entry);
    }

    /// <summary>The time on a processor that something took.</summary>
    private TimeSpan Costing(Action work)
    {
        TimeSpan before = _cpuTime();
        work();
        return _cpuTime() - before;
    }
}
