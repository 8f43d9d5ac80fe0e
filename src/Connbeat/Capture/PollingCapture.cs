using System.Net.Sockets;
using System.Threading.Channels;
using Connbeat.Capture.Bpf;
using Connbeat.Linux;
using Connbeat.Telemetry;

namespace Connbeat.Capture;

/// <summary>
/// Observes sockets by looking at all of them at every poll interval, and passes on what the engine hears of sockets that
/// end in between. Two threads: one waits for those messages; the other looks which network namespaces there are, and
/// takes snapshots of them. Where there are eBPF programs, a third passes on what they tell.
/// </summary>
internal sealed class PollingCapture : ICapture
{
    /// <summary>What looking at all sockets may cost of one processor; together with the census a hundredth.</summary>
    private const double SnapshotShare = 0.0075, CensusShare = 0.0025;

    private readonly CaptureSettings _settings;
    private readonly TimeProvider _time;
    private readonly CaptureHappenings _happened;
    private readonly WatchedNamespaces _namespaces;
    private readonly ProgramFeed? _programs;
    private readonly SnapshotTaker _taker;
    private readonly ChangesReader _changes;
    private readonly CpuBudget _snapshots;
    private readonly CpuBudget _censuses;
    private readonly Func<TimeSpan> _cpuTime;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _snapshotNow = new(0);
    private readonly Thread[] _threads;
    private readonly ObservationQueue _queue;
    private int _running;

    // The last snapshot of all namespaces.
    private (TimeSpan Cost, int Sockets) _last;

    /// <summary>
    /// Opens the calling thread's network namespace, unless it is not to be watched, and subscribes before any snapshot.
    /// </summary>
    /// <param name="engine">Looks into network namespaces.</param>
    /// <param name="settings">What is observed, and how often.</param>
    /// <param name="time">The clock.</param>
    /// <param name="happened">Takes what is worth telling.</param>
    /// <param name="cpuTime">What the calling thread has spent on a processor; null asks the kernel.</param>
    /// <param name="programs">Opens what the eBPF programs tell; null where there are none.</param>
    /// <exception cref="KernelException">The kernel refuses what the engine needs.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine needs.</exception>
    public PollingCapture(
        ICaptureEngine engine, CaptureSettings settings, TimeProvider time, CaptureHappenings happened,
        Func<TimeSpan>? cpuTime = null, Func<ObservationQueue, ProgramFeed>? programs = null)
    {
        _settings = settings;
        _time = time;
        _happened = happened;
        _cpuTime = cpuTime ?? CpuTime.OfThread;
        _queue = new ObservationQueue(_stop.Token);
        _snapshots = new CpuBudget(SnapshotShare, TimeSpan.FromMilliseconds(250), time);
        _censuses = new CpuBudget(CensusShare, TimeSpan.FromMilliseconds(100), time);
        _programs = programs?.Invoke(_queue);
        try
        {
            _namespaces = new WatchedNamespaces(
                engine, settings.WatchOwn ? engine.OpenOwn() : null, settings.OwnNamespace, settings.Census, happened);
        }
        catch
        {
            _programs?.Dispose();
            throw;
        }

        Name = _programs is null ? engine.Name : ProgramFeed.Name;
        _taker = new SnapshotTaker(_namespaces, _programs, settings, _queue, time, happened);
        _changes = new ChangesReader(_queue, settings.Filter, time, happened) { Overran = SnapshotNow };
        Listen(_namespaces.Own);
        _threads = [ThreadOf("changes", () => _changes.Run(_stop.Token)), ThreadOf("snapshots", TakeSnapshots)];
        if (_programs is not null)
        {
            _programs.SnapshotIsWanted = SnapshotNow;
            _threads = [ThreadOf("programs", () => _programs.Run(_stop.Token)), .. _threads];
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool TellsOwners => _programs is not null;

    /// <inheritdoc/>
    public bool TellsFlows => _programs is { TellsFlows: true };

    /// <inheritdoc/>
    public ChannelReader<ObservationBatch> Batches => _queue.Reader;

    /// <inheritdoc/>
    public void Start()
    {
        _running = _threads.Length;
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <inheritdoc/>
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
        if (_threads[0].ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _queue.Complete();
        }
        else
        {
            Array.ForEach(_threads, thread => thread.Join());
        }

        _programs?.Dispose();
        _changes.Dispose();
        _namespaces.Dispose();
    }

    private Thread ThreadOf(string name, Action loop) => new(() => Run(loop)) { IsBackground = true, Name = name };

    /// <summary>
    /// The outermost frame of each thread: whatever ends one ends the engine, and the reader learns why. Nothing more will
    /// come when the last has passed on what it had.
    /// </summary>
    private void Run(Action loop)
    {
        try
        {
            loop();
        }
        catch (OperationCanceledException)
        {
            // Stopped as asked.
        }
        catch (Exception failure)
        {
            _queue.Complete(failure);
        }

        _stop.Cancel();
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _queue.Complete();
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
                TimeSpan cost = Costing(() => _taker.Take(begin, everywhere));
                _snapshots.Spend(cost);
                _last = everywhere ? (cost, _taker.Sockets) : _last;
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

    /// <summary>The time on a processor that something took.</summary>
    private TimeSpan Costing(Action work)
    {
        TimeSpan before = _cpuTime();
        work();
        return _cpuTime() - before;
    }
}
