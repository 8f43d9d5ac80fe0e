using System.Buffers;
using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Support;
using Connbeat.Tracking;
using Connbeat.Tracking.State;

namespace Connbeat.Tests.Tracking.Model;

/// <summary>The simulated kernel, and the agent that has to make sense of it, one run after the other.</summary>
internal sealed class TrackedWorld
{
    private static readonly Guid Boot = new("11112222-3333-4444-5555-666677778888");

    private static readonly string[] Peers = ["198.51.100.7", "203.0.113.9"];

    private static readonly TrackingOptions Options = new()
    {
        OwnerWait = TimeSpan.FromMilliseconds(20),
        Aggregation = TimeSpan.FromMilliseconds(30),
        AggregationMax = TimeSpan.FromMilliseconds(100),
    };

    private readonly SimulatedKernel _kernel = new();
    private readonly ManualTime _time = new();
    private Tracker _tracker = null!;
    private EventStream _stream = null!;
    private ListLog _log = null!;
    private ArrayBufferWriter<byte> _state = new();
    private int _runs;

    public TrackedWorld() => Start([]);

    /// <summary>Everything that any run told of a connection.</summary>
    public List<(Told Told, UInt128 Id)> Told { get; } = [];

    public IReadOnlyList<SimulatedSocket> Sockets => _kernel.Sockets;

    public int StillOpen => _tracker.Table.Count;

    public int StillSought => _tracker.Owners.Sought;

    public void Take(Step step)
    {
        (StepKind kind, int pick, int other) = (step.Kind, step.Pick, step.Other);
        _kernel.Wait(1);
        switch (kind)
        {
            case StepKind.Listen:
                _kernel.Open(TcpState.Listen, Entries.ListenerTuple(PortOf(pick)));
                break;
            case StepKind.Connect:
                _kernel.Open(TcpState.SynSent, TupleOf(pick));
                break;
            case StepKind.Establish:
                _kernel.Establish(pick);
                break;
            case StepKind.Accept:
                _kernel.Open(TcpState.Established, TupleOf(pick), accepted: true);
                break;
            case StepKind.Hold:
                _kernel.Hold(pick);
                break;
            case StepKind.Finish:
                _kernel.Change(pick, socket => socket.State is TcpState.Established, socket =>
                    socket.State = other % 2 == 0 ? TcpState.FinWait2 : TcpState.CloseWait);
                break;
            case StepKind.Reset:
                _kernel.Change(pick, socket => !socket.Now.IsListener, socket => socket.State = TcpState.Close);
                break;
            case StepKind.Refuse:
                _kernel.Change(pick, socket => socket.State is TcpState.SynSent, socket =>
                    (socket.State, socket.HasEnds) = (TcpState.Close, false));
                break;
            case StepKind.Reconnect:
                _kernel.Change(pick, socket => socket.Inode != 0, socket =>
                    socket.Begin(TupleOf(other), other % 5 == 0 ? TcpState.Established : TcpState.SynSent));
                break;
            case StepKind.Destroy:
                _kernel.Destroy(pick);
                break;
            case StepKind.HearDestroyed:
                Observe(_kernel.Hear(pick % 4));
                break;
            case StepKind.BeginSnapshot:
                _kernel.BeginSnapshot();
                break;
            case StepKind.Dump when _kernel.IsSnapshotUnderWay:
                _kernel.Dump(pick % 4);
                break;
            case StepKind.ShowPart when _kernel.IsSnapshotUnderWay:
                Observe(_kernel.Show(isLast: false, isComplete: false));
                break;
            case StepKind.EndSnapshot when _kernel.IsSnapshotUnderWay:
                _kernel.Dump(other % 5 == 0 ? pick % 4 : int.MaxValue);
                Observe(_kernel.Show(isLast: true, isComplete: other % 5 != 0));
                break;
            case StepKind.Overrun:
                Observe(_kernel.Hear(other % 2));
                Observe(_kernel.Overrun(pick % 5));
                break;
            case StepKind.Scan:
                Scan(pick);
                break;
            case StepKind.Wait:
                _kernel.Wait(pick % 40);
                _tracker.Advance(_kernel.Now, room: other % 4);
                break;
            case StepKind.Restart:
                Restart();
                break;
        }
    }

    /// <summary>Every socket ends, everything is heard, and two whole snapshots show that nothing is left.</summary>
    public void Settle()
    {
        while (_kernel.Sockets.Any(socket => !socket.IsGone))
        {
            _kernel.Destroy(0);
        }

        Take(new Step(StepKind.EndSnapshot, 0, 1));
        while (_kernel.AnyLastWords)
        {
            Observe(_kernel.Hear(ObservationBatch.Capacity));
        }

        for (int last = 0; last < 2; last++)
        {
            Take(new Step(StepKind.BeginSnapshot, 0, 0));
            Take(new Step(StepKind.EndSnapshot, 0, 1));
        }

        _kernel.Wait(100);
        _tracker.Advance(_kernel.Now);
    }

    /// <summary>That this run's sequence began at 1 and has no holes.</summary>
    public void CheckSequence() => Assert.Equal(
        Enumerable.Range(1, _log.Events.Count).Select(sequence => (long)sequence), _log.Events.Select(e => e.Sequence));

    private static ushort PortOf(int pick) => (ushort)(40_000 + (pick % 2));

    private static InetTuple TupleOf(int pick) => Entries.Tuple(Peers[pick % 2], localPort: PortOf(pick / 2));

    private void Observe(ObservationBatch batch)
    {
        _tracker.Table.Observe(batch);
        batch.Release();
    }

    private void Scan(int pick)
    {
        uint[] inodes =
        [
            .. _kernel.Sockets.Where(socket => !socket.IsGone && socket.Inode != 0)
                .Select(socket => socket.Inode).Where(inode => (inode + pick) % 3 != 0).Order(),
        ];
        ProcessSighting[] sightings = inodes.Length > 0 ? [Enrichment.Some.Sighting(700, 10, inodes)] : [];
        uint[] nobody = [.. _tracker.Owners.Request(_kernel.Now).Wanted.Where(_ => pick % 2 == 0).Except(inodes)];
        _tracker.Scan(_kernel.Now, nobody, sightings);
    }

    /// <summary>The agent is killed, and another begins with what the state file holds.</summary>
    private void Restart()
    {
        CheckSequence();
        foreach (SimulatedSocket socket in _kernel.Sockets)
        {
            Connection? known = _tracker.Table.Connections.FirstOrDefault(known => known.Key.Cookie == socket.Cookie);
            socket.OutlivedARun |= socket.Lives.Any(life => life.WasShown);
            if (known is { Phase: not ConnectionPhase.Told })
            {
                ForgetUntold(socket, known.Tuple);
            }
        }

        _kernel.Disconnect();
        Start(SavedRun.Parse(_state.WrittenSpan)!.Open);
    }

    /// <summary>What a run knew and had not told is unknown to the next, be it one life or several that looked alike.</summary>
    private static void ForgetUntold(SimulatedSocket socket, InetTuple tuple)
    {
        foreach (SimulatedLife life in socket.Lives.Where(life => life.WasShown).Reverse().TakeWhile(life => life.Tuple == tuple))
        {
            life.WasShown = false;
        }
    }

    private void Start(IReadOnlyCollection<Connection> open)
    {
        Guid run = new(++_runs, 0, 0, new byte[8]);
        HostFacts host = new() { Hostname = "h", Name = "h", Version = "0", Run = run };
        _log = new ListLog();
        _state = new ArrayBufferWriter<byte>();
        _stream = new EventStream(
            OneLog.Of(_log, new ConnbeatEncoder(host, new LocalAddresses())), Entries.Around, new EventIds(Boot, run), null,
            new WallClock(_time), _time);
        _tracker = new Tracker(Options, tell: Tell);
        StateRecords.WriteHeader(_state, Boot, run);
        foreach (Connection connection in open)
        {
            _tracker.Table.Restore(connection);
            StateRecords.WriteOpened(_state, connection, 0, null);
        }
    }

    /// <summary>Does what the stream does with a state file, but in memory.</summary>
    private void Tell(in Happening happening)
    {
        _stream.Tell(happening);
        Told.Add((Tracking.Told.Of(happening), _log.Events[^1].Id));
        switch (happening.Action)
        {
            case EventAction.ConnectionOpened or EventAction.ListenerOpened:
                StateRecords.WriteOpened(_state, happening.Connection, _stream.LastSequence, null);
                break;
            case EventAction.ConnectionClosed or EventAction.ListenerClosed:
                StateRecords.WriteEnded(_state, happening.Connection.Key, _stream.LastSequence);
                break;
        }
    }

    /// <summary>A log that keeps everything and has no readers.</summary>
    private sealed class ListLog : IEventLog
    {
        public List<EncodedEvent> Events { get; } = [];

        public LogFill? Fill => null;

        public LogDepth Depth => default;

        public bool IsPaused => false;

        public void Append(EncodedEvent @event) => Events.Add(@event);

        public void Append(ReadOnlySpan<EncodedEvent> events) => Events.AddRange(events);

        public ILogCursor Open(string output) => throw new NotSupportedException();

        public IReadOnlyList<Loss> TakeLosses() => [];

        public void Complete()
        {
        }
    }
}
