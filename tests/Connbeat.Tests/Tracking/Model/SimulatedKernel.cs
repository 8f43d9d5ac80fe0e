using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Tracking.Model;

/// <summary>
/// A kernel with a handful of sockets, and the capture engine's two threads in slow motion: last words queue until they
/// are heard or lost, and the rows of a snapshot are read one by one while sockets come and go.
/// </summary>
internal sealed class SimulatedKernel
{
    private readonly ObservationPool _pool = new();
    private readonly Queue<SimulatedSocket> _lastWords = [];

    // The snapshot under way: rows read and not yet shown, and the last cookie read.
    private readonly Queue<(SocketEntry Row, SimulatedSocket Socket, SimulatedLife Life)> _rows = [];
    private long? _begin;
    private ulong _read;
    private ulong _lastCookie = 100;
    private uint _lastInode = 5_000;

    public List<SimulatedSocket> Sockets { get; } = [];

    /// <summary>Nanoseconds; each step takes a millisecond at least.</summary>
    public long Now { get; private set; } = 1_000_000_000;

    public bool IsSnapshotUnderWay => _begin is not null;

    public bool AnyLastWords => _lastWords.Count > 0;

    private IEnumerable<SimulatedSocket> Alive => Sockets.Where(socket => !socket.IsGone);

    public void Wait(int milliseconds) => Now += milliseconds * 1_000_000L;

    public void Open(TcpState state, InetTuple tuple, bool accepted = false)
    {
        SimulatedSocket socket = new(++_lastCookie) { Inode = accepted ? 0 : ++_lastInode };
        socket.Begin(tuple, state, accepted);
        Sockets.Add(socket);
    }

    public void Change(int pick, Func<SimulatedSocket, bool> among, Action<SimulatedSocket> change)
    {
        SimulatedSocket[] sockets = [.. Alive.Where(among)];
        if (sockets.Length > 0)
        {
            change(sockets[pick % sockets.Length]);
        }
    }

    public void Establish(int pick) => Change(pick, socket => socket.State is TcpState.SynSent, socket =>
    {
        socket.State = TcpState.Established;
        socket.Now.WasEstablished = true;
    });

    /// <summary>A process accepts a connection that nobody held.</summary>
    public void Hold(int pick) => Change(pick, socket => socket.Inode == 0, socket => socket.Inode = ++_lastInode);

    public void Destroy(int pick) => Change(pick, _ => true, Destroy);

    /// <summary>The agent hears so many last words.</summary>
    public ObservationBatch Hear(int count)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Changes, Now);
        for (; count > 0 && _lastWords.TryDequeue(out SimulatedSocket? socket); count--)
        {
            batch.Add(Entries.Namespace, Now, socket.LastWord);
            socket.EndWasHeard = true;
            socket.Now.WasShown |= socket is { HasEnds: true, Now.IsListener: false };
        }

        return batch;
    }

    /// <summary>So many last words are lost.</summary>
    public ObservationBatch Overrun(int count)
    {
        for (; count > 0 && _lastWords.TryDequeue(out _); count--)
        {
        }

        ObservationBatch overrun = _pool.Rent(BatchKind.Overrun, Now);
        overrun.Namespace = Entries.Namespace;
        return overrun;
    }

    public void BeginSnapshot() => _begin ??= Now;

    /// <summary>Reads so many rows, in the order of the kernel's table, each as its socket is now.</summary>
    public void Dump(int count)
    {
        foreach (SimulatedSocket socket in Alive.Where(socket => socket.Cookie > _read).Take(count))
        {
            _read = socket.Cookie;
            if (socket.State is not TcpState.Close)
            {
                _rows.Enqueue((socket.Row, socket, socket.Now));
            }
        }
    }

    /// <summary>The agent sees the rows that were read.</summary>
    public ObservationBatch Show(bool isLast, bool isComplete)
    {
        ObservationBatch part = _pool.Rent(BatchKind.Snapshot, _begin!.Value);
        while (_rows.TryDequeue(out (SocketEntry Row, SimulatedSocket Socket, SimulatedLife Life) row))
        {
            part.Add(Entries.Namespace, part.Begin, row.Row);
            row.Life.WasShown |= !row.Socket.EndWasHeard;
        }

        part.IsLast = isLast;
        part.IsComplete = isComplete;
        part.Unseen = isComplete ? [] : [Entries.Namespace];
        if (isLast)
        {
            Forget();
        }

        return part;
    }

    /// <summary>The agent's sockets are closed: nobody hears or sees what was under way.</summary>
    public void Disconnect()
    {
        _lastWords.Clear();
        _rows.Clear();
        Forget();
    }

    private void Forget() => (_begin, _read) = (null, 0);

    private void Destroy(SimulatedSocket socket)
    {
        socket.IsGone = true;
        _lastWords.Enqueue(socket);
    }
}
