using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;

namespace Connbeat.Tracking;

/// <summary>
/// The flows of UDP sockets that are not connected: each is opened by its first datagram, and closed when there was none
/// for a while, or its socket is gone. Only the agent's loop touches it.
/// </summary>
/// <param name="announcements">Tells of them.</param>
/// <param name="socketOf">The socket that a flow goes through, where it is known.</param>
/// <param name="idle">After so long without a datagram a flow is over.</param>
internal sealed class FlowTable(Announcements announcements, Func<SocketKey, Connection?> socketOf, TimeSpan idle)
{
    private readonly Dictionary<SocketKey, Connection> _flows = [];
    private readonly Dictionary<SocketKey, Talker> _talkers = []; // by their sockets
    private readonly List<Connection> _absent = [];
    private readonly long _idle = idle.Ticks * TimeSpan.NanosecondsPerTick;
    private int _look;
    private long? _lookBegin;
    private long? _firstLook;

    /// <summary>How many there are.</summary>
    public int Count => _flows.Count;

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<Connection> Flows => _flows.Values;

    /// <summary>Copies the references of all of them.</summary>
    public void CopyTo(Connection[] to, int start) => _flows.Values.CopyTo(to, start);

    /// <summary>Takes in what a run before this one knew to be open.</summary>
    public void Restore(Connection flow) => _flows.TryAdd(flow.Key, flow);

    /// <summary>A socket is gone, and it is known whose it was: its flows are soon told to be over.</summary>
    public void SocketEnded(Connection socket)
    {
        if (socket.Owner is not null && _talkers.TryGetValue(socket.Key, out Talker? talker))
        {
            talker.Known ??= socket;
        }
    }

    /// <summary>Takes in part of a look at all flows.</summary>
    public void BeginPart(ObservationBatch part)
    {
        if (part.Begin != _lookBegin)
        {
            _lookBegin = part.Begin;
            _firstLook ??= part.Begin;
            _look++;
        }
    }

    /// <summary>Takes in what happened to a flow.</summary>
    public void Observe(in FlowObservation seen)
    {
        SocketObservation told = seen.AsSocket;
        SocketKey socket = SocketKey.Of(told);
        SocketKey key = SocketKey.OfFlow(socket, seen.Flow.Tuple);
        Connection flow = Known(key, seen) ?? Begin(key, socket, seen);
        flow.Epoch = _look;
        flow.WasMissing = false;
        Talker talker = TalkerOf(socket);
        talker.SeenIn = _look;
        if (told.Owner.IsKnown)
        {
            talker.Known = flow;
        }

        flow.Socket ??= socketOf(socket) ?? talker.Known;
        flow.Count(seen.Flow);
        announcements.Owned(flow, told);
        switch (seen.Change)
        {
            case FlowChange.Released:
                End(flow, seen.At, null);
                break;
            case FlowChange.Idle:
                End(flow, seen.At, Reasons.Idle);
                break;
            case FlowChange.Evicted:
                End(flow, seen.At, Reasons.Evicted);
                break;
            case FlowChange.Counted when flow.NextReport <= seen.At:
                announcements.ReportIsDue(flow);
                break;
        }
    }

    /// <summary>
    /// A look at all flows is over. One that it lacks twice ended without a word; one of a run before this has not come up again.
    /// </summary>
    public void EndLook(ObservationBatch last)
    {
        _absent.Clear();
        foreach (Connection flow in _flows.Values)
        {
            if (flow.Epoch == _look)
            {
                continue;
            }

            if (flow.IsRestored ? last.Begin - _firstLook >= _idle : flow.WasMissing)
            {
                _absent.Add(flow);
            }

            flow.WasMissing = true;
        }

        _absent.ForEach(flow => End(
            flow, flow.IsRestored ? last.Begin : flow.Traffic!.Last, flow.IsRestored ? Reasons.NotSeenAfterRestart : Reasons.LostInOverrun));
        foreach ((SocketKey socket, Talker talker) in _talkers)
        {
            if (talker.SeenIn != _look)
            {
                _talkers.Remove(socket);
            }
        }

        _lookBegin = null;
    }

    /// <summary>Nobody looks at flows any more: what a run before this one knew is over.</summary>
    public void EndAll(long at)
    {
        foreach (Connection flow in _flows.Values.ToArray())
        {
            End(flow, at, Reasons.NotSeenAfterRestart);
        }
    }

    /// <summary>The flow as it is known; null where it is none, or an earlier one between the same ends, whose end was lost.</summary>
    private Connection? Known(SocketKey key, in FlowObservation seen)
    {
        if (!_flows.TryGetValue(key, out Connection? flow))
        {
            return null;
        }

        if (flow.IsRestored)
        {
            flow.IsRestored = false;
            announcements.Resumed(flow, seen.At);
        }
        else if (flow.Traffic!.IsBefore(seen.Flow))
        {
            End(flow, flow.Traffic.Last, Reasons.LostInOverrun);
            return null;
        }

        return flow;
    }

    private Connection Begin(SocketKey key, SocketKey through, in FlowObservation seen)
    {
        FlowRecord record = seen.Flow;
        Connection? socket = socketOf(through) ?? TalkerOf(through).Known;
        Connection flow = new()
        {
            Key = key,
            Transport = Transport.Udp,
            Tuple = record.Tuple,
            IsListener = false,
            Life = (uint)(record.First / TimeSpan.NanosecondsPerTick / TimeSpan.TicksPerMillisecond),
            FirstSeen = record.First,
            StartWasSeen = true,
            OpenReason = seen.Change is FlowChange.Began or FlowChange.Owned or FlowChange.Counted ? null : Reasons.SeenAtClose,
            Socket = socket,
        };

        // Of a socket that was there before anybody looked, the first datagram that is seen may answer one that was not.
        bool mayAnswer = record.BeganHere && socket is { StartWasSeen: false } && record.First - socket.FirstSeen < _idle;
        SocketObservation told = seen.AsSocket;
        flow.Observe(mayAnswer ? told.Entry with { Initiated = null } : told.Entry, destroyed: false);
        flow.Count(record);
        announcements.Used(flow, told);
        _flows.Add(key, flow);
        announcements.Opened(flow, seen.At);
        return flow;
    }

    private Talker TalkerOf(SocketKey socket)
    {
        if (!_talkers.TryGetValue(socket, out Talker? talker))
        {
            _talkers.Add(socket, talker = new Talker());
        }

        return talker;
    }

    private void End(Connection flow, long at, string? reason)
    {
        _flows.Remove(flow.Key);
        announcements.Ended(flow, Math.Max(at, flow.FirstSeen), reason);
    }

    /// <summary>A socket that has flows, and may be shown by no snapshot.</summary>
    private sealed class Talker
    {
        /// <summary>By what it is known whose it is: the latest flow in which somebody sent, or the socket when it was gone.</summary>
        public Connection? Known { get; set; }

        /// <summary>The look that saw it last.</summary>
        public int SeenIn { get; set; }
    }
}
