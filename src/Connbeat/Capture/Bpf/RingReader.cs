using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Telemetry;

namespace Connbeat.Capture.Bpf;

/// <summary>
/// Passes on what the eBPF programs write, in order, on a thread that does nothing else. The kernel wakes it where much
/// waits; else it looks by itself, twice within the latency that is asked for.
/// </summary>
internal sealed class RingReader : IDisposable
{
    /// <summary>How many records are read before some are passed on.</summary>
    private const int MostAtOnce = 8_192;

    private static readonly TimeSpan LossCheck = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SortingWait = TimeSpan.FromMilliseconds(5);

    private readonly KernelPrograms _programs;
    private readonly RingBuffer _ring;
    private readonly ObservationQueue _queue;
    private readonly ProgramFeedSettings _settings;
    private readonly IdleConnections _idle;
    private readonly FlowWatch? _flows;
    private readonly TimeProvider _time;
    private readonly CaptureHappenings _happened;
    private readonly Epoll _epoll = new();
    private readonly RecordOrder _order = new();
    private readonly CpuBudget _looks;
    private readonly RecordReader _take;
    private bool _looksAtOneProcess = true;
    private ObservationBatch _batch;
    private long _lost;
    private long _unreadable;
    private long _checkedAt;

    /// <summary>Opens the ring of programs.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public RingReader(
        KernelPrograms programs, ObservationQueue queue, ProgramFeedSettings settings, IdleConnections idle,
        TimeProvider time, CaptureHappenings happened)
    {
        _programs = programs;
        _queue = queue;
        _settings = settings;
        _idle = idle;
        _time = time;
        _happened = happened;
        _flows = programs.OpenFlows() is { } flows ? new FlowWatch(flows, settings.UdpIdle, time, happened) : null;
        _looks = new CpuBudget(0.0025, TimeSpan.FromMilliseconds(50), time);
        _ring = programs.OpenRing();
        _epoll.Add(_ring.Handle, 0);
        _take = Take;
        _checkedAt = time.GetTimestamp();
        _batch = queue.Rent(BatchKind.Changes, _checkedAt);
    }

    /// <summary>Called where records were lost, so that a snapshot can show what they amounted to.</summary>
    public Action? Overran { get; set; }

    /// <summary>Reads until it is stopped, and then what is there.</summary>
    public void Run(CancellationToken stop)
    {
        Span<uint> ready = stackalloc uint[1];
        while (!stop.IsCancellationRequested)
        {
            TimeSpan wait = _settings.Latency / 2;
            _epoll.Wait(ready, _order.Count > 0 && SortingWait < wait ? SortingWait : wait);
            Read();
        }

        Read();
        Pass(long.MaxValue);
        _flows?.LookNow(_time.GetTimestamp(), _queue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _epoll.Dispose();
        _ring.Dispose();
    }

    private void Read()
    {
        while (true)
        {
            long now = _time.GetTimestamp();
            bool isEmpty = _ring.Read(_take, MostAtOnce) < MostAtOnce;
            Pass((isEmpty ? now : Math.Min(now, _order.Youngest)) - RecordOrder.Window);
            LookForOwners(now);
            SendBatch();
            if (isEmpty)
            {
                _flows?.Look(now, _queue);
            }

            if (_time.GetElapsedTime(_checkedAt, now) >= LossCheck)
            {
                CheckLosses(now);
            }

            if (isEmpty)
            {
                return;
            }
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        try
        {
            HeardRecord record = HeardRecord.Parse(bytes);
            _order.Add(record);
            if (record.Owner is { IsKnown: true } owner)
            {
                _settings.LearnUser?.Invoke(owner.Uid);
            }
        }
        catch (WireFormatException failure)
        {
            _unreadable++; // lost like what there was no room for
            _happened.ChangeNotUnderstood(failure);
        }
    }

    /// <summary>Passes on what came to be until then.</summary>
    private void Pass(long until)
    {
        ReadOnlySpan<HeardRecord> records = _order.Until(until);
        foreach (ref readonly HeardRecord record in records)
        {
            if (record.Process is { } process)
            {
                Add(process);
            }
            else if (record.Flow is { } flow)
            {
                Add(flow.Value);
            }
            else
            {
                Add(record.Socket);
            }
        }

        _order.Remove(records.Length);
        SendBatch();
    }

    private void Add(ProcessRecord process)
    {
        if (process.Kind is RecordKind.Exit)
        {
            _idle.Forget(process.Process.Pid);
        }

        MakeRoom();
        _batch.Add(process);
    }

    private void Add(in FlowRecord flow)
    {
        _flows?.Heed(flow);
        MakeRoom();
        _batch.Add(new FlowObservation(
            flow.Kind switch
            {
                RecordKind.FlowBegan => FlowChange.Began,
                RecordKind.FlowOwned => FlowChange.Owned,
                _ => FlowChange.Released,
            },
            flow.At,
            flow));
    }

    private void Add(in SocketRecord record)
    {
        ProgramSocket socket = record.Socket;
        if (socket.Entry.Transport is Transport.Udp)
        {
            AddReleased(record);
            return;
        }

        if (!_settings.TellsTcp || _settings.Filter.Drops(socket.Entry))
        {
            return;
        }

        Heed(record.Kind, socket);
        bool isOwn = _settings.OwnPid != 0 && socket.Owner.Pid == _settings.OwnPid;
        MakeRoom();
        _batch.Add(ObservationOf(socket, record.At) with
        {
            Change = record.Kind switch
            {
                RecordKind.Opened => SocketChange.Opened,
                RecordKind.Owned => isOwn ? SocketChange.Withdrawn : SocketChange.Owned,
                RecordKind.Failed => SocketChange.Failed,
                _ => SocketChange.Closed,
            },
        });
    }

    private void AddReleased(in SocketRecord record)
    {
        _flows?.Released(record.Socket.Entry.Cookie, record.At);
        if (!_settings.Filter.Drops(record.Socket.Entry))
        {
            MakeRoom();
            _batch.Add(ObservationOf(record.Socket, record.At) with { Change = SocketChange.Destroyed });
        }
    }

    /// <summary>What a socket of the programs is to the stages behind.</summary>
    public static SocketObservation ObservationOf(in ProgramSocket socket, long at) =>
        new(socket.Namespace, at, socket.Entry)
        {
            Since = socket.Since,
            Error = socket.Error,
            Method = socket.Owner.IsKnown ? socket.Method : OwnerMethod.None,
            Owner = socket.Owner,
        };

    /// <summary>Keeps in mind who listens, and which connections nobody has used yet.</summary>
    private void Heed(RecordKind kind, in ProgramSocket socket)
    {
        ushort port = socket.Entry.Tuple.LocalPort;
        bool listens = socket.Entry.State is TcpState.Listen;
        switch (kind)
        {
            case RecordKind.Opened when listens:
                _idle.Listens(socket.Namespace, port, socket.Owner.Pid);
                break;
            case RecordKind.Opened when !socket.Owner.IsKnown:
                _idle.Add(socket.Namespace, socket.Entry.Cookie, port, socket.Since);
                break;
            case RecordKind.Owned:
                _idle.Remove(socket.Entry.Cookie);
                break;
            case RecordKind.Closed when listens:
                _idle.Unlistens(socket.Namespace, port);
                break;
            case RecordKind.Closed:
                _idle.Remove(socket.Entry.Cookie);
                break;
        }
    }

    /// <summary>Finds who has accepted what nobody has used for a while.</summary>
    private void LookForOwners(long now)
    {
        foreach (int pid in _idle.Due(now))
        {
            if (_looksAtOneProcess && _looks.Allows())
            {
                TimeSpan before = CpuTime.OfThread();
                Look(pid, now);
                _looks.Spend(CpuTime.OfThread() - before);
            }
        }

        _idle.Looked();
    }

    private void Look(int pid, long now)
    {
        const int NoSuchProcess = 3; // ESRCH

        try
        {
            _programs.ReadSockets(
                row =>
                {
                    ProgramSocket socket = ProgramSocket.ParseRow(row);
                    if (socket.Owner.IsKnown && _idle.Remove(socket.Entry.Cookie))
                    {
                        _settings.LearnUser?.Invoke(socket.Owner.Uid);
                        MakeRoom();
                        _batch.Add(ObservationOf(socket, now) with { Change = SocketChange.Owned });
                    }
                },
                pid);
        }
        catch (BpfException failure) when (failure.Errno == NoSuchProcess)
        {
            _idle.Forget(pid);
        }
        catch (BpfException)
        {
            _looksAtOneProcess = false; // before Linux 6.1; snapshots tell
        }
    }

    private void CheckLosses(long now)
    {
        long lost = _programs.Lost() + _unreadable;
        if (lost > _lost)
        {
            ObservationBatch overrun = _queue.Rent(BatchKind.Overrun, _checkedAt);
            overrun.End = now;
            overrun.Lost = lost - _lost;
            _queue.Send(overrun);
            _happened.Overrun(lost - _lost);
            _lost = lost;
            Overran?.Invoke();
        }

        _checkedAt = now;
    }

    private void MakeRoom()
    {
        if (_batch.IsFull)
        {
            SendBatch();
        }
    }

    private void SendBatch()
    {
        if (_batch.Count + _batch.Processes.Count + _batch.Flows.Count > 0)
        {
            _queue.Send(_batch);
            _batch = _queue.Rent(BatchKind.Changes, _time.GetTimestamp());
        }
    }
}
