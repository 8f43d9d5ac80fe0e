using System.Net.Sockets;
using System.Threading.Channels;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.Netlink;
using Connbeat.Linux.SockDiag;
using Connbeat.Telemetry;

namespace Connbeat.Capture;

/// <summary>
/// Observes the TCP sockets of one network namespace by sock_diag: a dump of all at every poll interval, and in between
/// the kernel's word on each socket that it destroys. So a connection shorter than a poll is not missed, but nobody
/// knows whose it was: the destroy message comes when no process holds the socket any more.
/// Two threads: one waits for destroy messages, so that nothing holds up the emptying of the kernel's buffer; the other
/// takes snapshots.
/// </summary>
internal sealed class NetlinkCapture : ICapture
{
    private const int ReceiveBufferBytes = 32 * 1024 * 1024;

    /// <summary>Two seconds of 15,000 connections a second, both ends on this host.</summary>
    private const int BatchesInFlight = 2 * 30_000 / ObservationBatch.Capacity;

    private static readonly TimeSpan StopCheck = TimeSpan.FromMilliseconds(250);

    private readonly TimeSpan _pollInterval;
    private readonly TimeProvider _time;
    private readonly CaptureHappenings _happened;
    private readonly ObservationPool _pool = new();
    private readonly uint _namespace;
    private readonly SockDiagSocket _dumps;
    private readonly DestroyedSockets _destroyed;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _snapshotNow = new(0);
    private readonly Thread _snapshotThread;
    private readonly Thread _changesThread;

    private readonly Channel<ObservationBatch> _batches = Channel.CreateBounded<ObservationBatch>(
        new BoundedChannelOptions(BatchesInFlight) { SingleReader = true });

    /// <summary>Opens the sockets in the calling thread's network namespace, and subscribes before any snapshot.</summary>
    /// <exception cref="KernelException">The kernel refused a socket.</exception>
    /// <exception cref="SocketException">The kernel has no destroy groups.</exception>
    public NetlinkCapture(TimeSpan pollInterval, TimeProvider time, CaptureHappenings happened)
        : this(pollInterval, ReceiveBufferBytes, time, happened)
    {
    }

    /// <summary>As above, with a receive buffer of another size.</summary>
    internal NetlinkCapture(TimeSpan pollInterval, int receiveBufferBytes, TimeProvider time, CaptureHappenings happened)
    {
        _pollInterval = pollInterval;
        _time = time;
        _happened = happened;
        _namespace = NetworkNamespace.Current();
        _dumps = new SockDiagSocket();
        _destroyed = new DestroyedSockets(receiveBufferBytes);
        _snapshotThread = new Thread(() => Run(TakeSnapshots)) { IsBackground = true, Name = "snapshots" };
        _changesThread = new Thread(() => Run(ReadChanges)) { IsBackground = true, Name = "changes" };
        happened.Opened(Name, _destroyed.GrantedBufferBytes, receiveBufferBytes);
    }

    /// <inheritdoc/>
    public string Name => "netlink";

    /// <inheritdoc/>
    public ChannelReader<ObservationBatch> Batches => _batches.Reader;

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
            _batches.Writer.TryComplete();
        }
        else
        {
            _snapshotThread.Join();
            _changesThread.Join();
        }

        _dumps.Dispose();
        _destroyed.Dispose();
    }

    /// <summary>The outermost frame of both threads: whatever ends one ends the engine, and the reader learns why.</summary>
    private void Run(Action loop)
    {
        try
        {
            loop();
            _batches.Writer.TryComplete();
        }
        catch (OperationCanceledException)
        {
            _batches.Writer.TryComplete();
        }
        catch (Exception failure)
        {
            _batches.Writer.TryComplete(failure);
            _stop.Cancel();
        }
    }

    private void TakeSnapshots()
    {
        while (!_stop.IsCancellationRequested)
        {
            long begin = _time.GetTimestamp();
            TakeSnapshot(begin);
            TimeSpan rest = _pollInterval - _time.GetElapsedTime(begin);
            if (rest > TimeSpan.Zero)
            {
                _snapshotNow.Wait(rest, _stop.Token);
            }
        }
    }

    private void TakeSnapshot(long begin)
    {
        int sockets = 0;
        bool complete = false;
        ObservationBatch part = _pool.Rent(BatchKind.Snapshot, begin);
        try
        {
            complete = _dumps.Dump(TcpStates.Watched, (in SocketEntry entry) =>
            {
                if (entry.IsTimeWait)
                {
                    return;
                }

                if (part.IsFull)
                {
                    Send(part);
                    part = _pool.Rent(BatchKind.Snapshot, begin);
                }

                sockets++;
                part.Add(_namespace, begin, entry);
            });

            if (complete)
            {
                _happened.SnapshotTaken(sockets, _time.GetElapsedTime(begin));
            }
            else
            {
                _happened.SnapshotInconsistent();
            }
        }
        catch (Exception failure) when (failure is KernelException or WireFormatException or SocketException)
        {
            _happened.SnapshotFailed(failure);
        }

        part.IsLast = true;
        part.IsComplete = complete;
        part.End = _time.GetTimestamp();
        Send(part);
    }

    private void ReadChanges()
    {
        uint drops = 0;
        long checkedAt = _time.GetTimestamp();
        while (!_stop.IsCancellationRequested)
        {
            // The last messages of a burst may be lost without a word: only the count of drops tells.
            (bool overran, long unreadable) = _destroyed.Wait(StopCheck) ? ReadWhatIsThere() : default;
            uint dropsNow = _destroyed.Drops;
            long now = _time.GetTimestamp();
            long lost = dropsNow - drops + unreadable;

            // The error may come after its drops were told; by itself it counts where the kernel counts no drops.
            if (lost > 0 || (overran && dropsNow == 0))
            {
                TellOverrun(lost, checkedAt, now);
                drops = dropsNow;
            }

            checkedAt = now;
        }
    }

    /// <summary>Empties the kernel's buffer as far as it is filled now.</summary>
    /// <returns>Whether messages were lost before or between those read, and how many could not be read.</returns>
    private (bool Overran, long Unreadable) ReadWhatIsThere()
    {
        bool overran = false;
        long unreadable = 0;
        ObservationBatch batch = _pool.Rent(BatchKind.Changes, _time.GetTimestamp());
        SocketEntryReader add = (in SocketEntry entry) =>
        {
            if (batch.IsFull)
            {
                Send(batch);
                batch = _pool.Rent(BatchKind.Changes, _time.GetTimestamp());
            }

            batch.Add(_namespace, batch.Begin, entry);
        };

        for (int datagram = 0; datagram < ObservationBatch.Capacity; datagram++)
        {
            try
            {
                NetlinkSocket.Received received = _destroyed.Read(add);
                overran |= received is NetlinkSocket.Received.Overrun;
                if (received is NetlinkSocket.Received.Nothing)
                {
                    break;
                }
            }
            catch (WireFormatException failure)
            {
                unreadable++; // lost like what there was no room for
                _happened.ChangeNotUnderstood(failure);
            }
        }

        Send(batch);
        return (overran, unreadable);
    }

    /// <summary>Says that changes were lost, and has a snapshot taken at once that shows what they amounted to.</summary>
    private void TellOverrun(long lost, long notBefore, long notAfter)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Overrun, notBefore);
        batch.End = notAfter;
        batch.Lost = lost;
        Send(batch);
        _happened.Overrun(lost);
        SnapshotNow();
    }

    private void Send(ObservationBatch batch)
    {
        if (batch.Kind is not BatchKind.Overrun && batch is { Count: 0, IsLast: false })
        {
            batch.Release();
            return;
        }

        if (!_batches.Writer.TryWrite(batch))
        {
            _batches.Writer.WriteAsync(batch, _stop.Token).AsTask().GetAwaiter().GetResult();
        }
    }
}
