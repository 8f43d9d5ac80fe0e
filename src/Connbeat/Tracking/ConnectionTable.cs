using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tracking;

/// <summary>
/// Makes lives out of sightings: every connection that was there is opened once and closed once, however the engine saw
/// it. Only the agent's loop touches it.
/// </summary>
/// <param name="listeners">The listeners among them.</param>
/// <param name="announcements">Tells of them.</param>
/// <param name="udpIdle">How long a flow of UDP is open without a datagram; null where flows are not observed.</param>
internal sealed partial class ConnectionTable(ListenerTable listeners, Announcements announcements, TimeSpan? udpIdle = null)
{
    /// <summary>Stands for all network namespaces; no namespace has this number.</summary>
    private const uint Anywhere = 0;

    private readonly Dictionary<SocketKey, Connection> _connections = [];
    private readonly Tombstones _tombstones = new();
    private readonly QuietSockets _quiet = new();
    private readonly List<Connection> _absent = [];
    private int _epoch;
    private long? _snapshotBegin;

    // How many of those known now were seen in the snapshot under way: where it is all, nobody is missing.
    private int _seenInSnapshot;
    private bool _firstSnapshotIsDone;

    // By network namespace: when it lost changes that no snapshot has made up for yet.
    private readonly Dictionary<uint, long> _overranAt = [];

    private FlowTable? _flows;

    /// <summary>How many sockets, and flows of such as are not connected, are known.</summary>
    public int Count => _connections.Count + Flows.Count;

    /// <summary>Everything that is known now.</summary>
    public IEnumerable<Connection> Connections => _connections.Values.Concat(Flows.Flows);

    private FlowTable Flows => _flows ??= new FlowTable(announcements, _connections.GetValueOrDefault, udpIdle ?? TimeSpan.Zero);

    /// <summary>Copies the references of all that is known now.</summary>
    public void CopyTo(Connection[] to)
    {
        _connections.Values.CopyTo(to, 0);
        Flows.CopyTo(to, _connections.Count);
    }

    /// <summary>Takes in what a run before this one knew to be open, before the first batch.</summary>
    public void Restore(Connection connection)
    {
        if (connection.Key.IsFlow)
        {
            Flows.Restore(connection);
            return;
        }

        connection.Epoch = _epoch;
        if (_connections.TryAdd(connection.Key, connection) && connection.IsListener)
        {
            listeners.Add(connection);
        }
    }

    /// <summary>Takes in what an engine observed.</summary>
    public void Observe(ObservationBatch batch)
    {
        switch (batch.Kind)
        {
            case BatchKind.Snapshot:
                ObserveSnapshot(batch);
                break;
            case BatchKind.Changes:
                ObserveChanges(batch);
                break;
            case BatchKind.Flows:
                ObserveFlows(batch);
                break;
            case BatchKind.Overrun:
                _overranAt[batch.Namespace] = Math.Max(batch.Begin, batch.End);
                break;
        }
    }

    private void Begin(SocketKey key, in SocketObservation seen, uint life)
    {
        bool connecting = seen.Entry is { Transport: Transport.Tcp, State: TcpState.SynSent };
        Connection connection = ConnectionOf(key, seen, life);
        connection.StartWasSeen |= _firstSnapshotIsDone || connecting;
        connection.OpenReason = connection.StartWasSeen ? null : Reasons.SeenAtStart;
        connection.Observe(seen.Entry, destroyed: false);
        announcements.Used(connection, seen);
        _connections.Add(key, connection);
        _seenInSnapshot++;
        if (connection.IsListener)
        {
            listeners.Add(connection);
        }

        if (connecting)
        {
            announcements.Connecting(connection);
        }
        else
        {
            announcements.Opened(connection, seen.At);
        }
    }

    private Connection ConnectionOf(SocketKey key, in SocketObservation seen, uint life) => new()
    {
        Key = key,
        Transport = seen.Entry.Transport,
        Tuple = seen.Entry.Tuple,
        IsListener = seen.Entry.IsListening,
        OnlyIPv6 = seen.Entry.OnlyIPv6,
        Life = life,
        FirstSeen = seen.Since != 0 ? seen.Since : seen.At,
        StartWasSeen = seen.Since != 0,
        Epoch = _epoch,
    };

    /// <summary>The kernel's word that a socket is gone, with its last figures.</summary>
    private void Destroyed(SocketKey key, in SocketObservation seen)
    {
        (long at, SocketEntry entry) = (seen.At, seen.Entry);
        _tombstones.Add(key, at);
        bool hasEnds = entry.Tuple is { LocalPort: not 0, RemotePort: not 0 };
        uint life = 0;
        if (_connections.TryGetValue(key, out Connection? connection))
        {
            // The batch may have been begun before the snapshot that showed the socket.
            at = Math.Max(at, connection.FirstSeen);
            bool sameEnds = entry.Tuple == connection.Tuple;
            if (sameEnds)
            {
                connection.Observe(entry, destroyed: true);
            }

            if (sameEnds && connection.Phase is ConnectionPhase.Connecting && entry.Tcp.WasEstablished)
            {
                announcements.Opened(connection, at);
            }

            bool changed = hasEnds && !sameEnds;
            End(connection, at, changed && !connection.IsListener ? Reasons.PeerChanged : null);
            Flows.SocketEnded(connection);
            if (!changed)
            {
                return;
            }

            life = connection.Life + 1;
        }
        else if (_quiet.TryTake(key, out QuietSocket earlier))
        {
            if (earlier.Tuple == entry.Tuple)
            {
                return;
            }

            life = earlier.Life + 1;
        }

        // A UDP socket has a use as soon as it is bound; that of a TCP socket cannot be told from one that only was.
        if (hasEnds || entry is { Transport: Transport.Udp, Tuple.LocalPort: not 0 })
        {
            PassedUnseen(key, seen, life);
        }
    }

    /// <summary>A socket that came and went without that anybody heard of its beginning.</summary>
    private void PassedUnseen(SocketKey key, in SocketObservation seen, uint life)
    {
        Connection connection = ConnectionOf(key, seen, life);
        connection.OpenReason = Reasons.SeenAtClose;
        connection.Observe(seen.Entry, destroyed: true);
        announcements.Used(connection, seen);

        // UDP shakes no hands, and through a listener comes only what has.
        if (seen.Change is SocketChange.Closed || seen.Entry.Transport is Transport.Udp ||
            seen.Entry.Tcp.WasEstablished || listeners.Find(connection) is not null)
        {
            announcements.Opened(connection, seen.At);
        }

        announcements.Ended(connection, seen.At, null);
        Flows.SocketEnded(connection);
    }

    private void End(Connection connection, long at, string? reason)
    {
        Remove(connection);
        announcements.Ended(connection, at, reason);
    }

    private void Remove(Connection connection)
    {
        _connections.Remove(connection.Key);
        if (connection.Epoch == _epoch)
        {
            _seenInSnapshot--;
        }

        if (connection.IsListener)
        {
            listeners.Remove(connection);
        }
    }

    private static bool IsSameLife(Connection connection, in SocketEntry entry)
    {
        if (connection.IsListener || entry.IsListening)
        {
            return connection.IsListener && entry.IsListening && connection.Tuple == entry.Tuple;
        }

        bool connectsAgain = entry.State is TcpState.SynSent && connection.Phase is not ConnectionPhase.Connecting;
        return connection.Tuple == entry.Tuple && !connectsAgain;
    }
}
