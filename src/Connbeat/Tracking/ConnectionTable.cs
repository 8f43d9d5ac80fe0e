using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tracking;

/// <summary>
/// Makes lives out of sightings: every connection that was there is opened once and closed once, however the engine saw
/// it. Only the agent's loop touches it.
/// </summary>
internal sealed class ConnectionTable(ListenerTable listeners, Announcements announcements)
{
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

    /// <summary>How many sockets are known.</summary>
    public int Count => _connections.Count;

    /// <summary>Everything that is known now.</summary>
    public IEnumerable<Connection> Connections => _connections.Values;

    /// <summary>Takes in what a run before this one knew to be open, before the first batch.</summary>
    public void Restore(Connection connection)
    {
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
                foreach (ref readonly SocketObservation socket in batch.Sockets)
                {
                    Destroyed(SocketKey.Of(socket), socket.At, socket.Entry);
                }

                break;
            case BatchKind.Overrun:
                _overranAt[batch.Namespace] = Math.Max(batch.Begin, batch.End);
                break;
        }
    }

    private void ObserveSnapshot(ObservationBatch part)
    {
        if (part.Begin != _snapshotBegin)
        {
            _snapshotBegin = part.Begin;
            _seenInSnapshot = 0;
            _epoch++;
        }

        foreach (ref readonly SocketObservation socket in part.Sockets)
        {
            Seen(SocketKey.Of(socket), socket.At, socket.Entry);
        }

        if (part.IsLast)
        {
            EndSnapshot(part);
        }
    }

    private void Seen(SocketKey key, long at, in SocketEntry entry)
    {
        if (!_connections.TryGetValue(key, out Connection? connection))
        {
            if (!_tombstones.Contains(key))
            {
                Begin(key, at, entry, life: _quiet.TryTake(key, out QuietSocket earlier) ? earlier.Life + 1 : 0);
            }

            return;
        }

        if (connection.Epoch != _epoch)
        {
            connection.Epoch = _epoch;
            connection.WasMissing = false;
            _seenInSnapshot++;
        }

        if (connection.IsRestored)
        {
            connection.IsRestored = false;
            announcements.Resumed(connection, at);
        }

        if (!IsSameLife(connection, entry))
        {
            End(connection, at, connection.IsListener || entry.IsListening ? null : Reasons.PeerChanged);
            Begin(key, at, entry, connection.Life + 1);
            return;
        }

        bool wasHeld = connection.Inode != 0;
        connection.Observe(entry, destroyed: false);
        if (!wasHeld && connection.Inode != 0)
        {
            announcements.Accepted(connection);
        }
        else if (entry.Inode != 0)
        {
            announcements.Seen(connection);
        }

        if (connection.Phase is ConnectionPhase.Connecting && entry.State is not TcpState.SynSent)
        {
            connection.FirstSeen = at;
            announcements.Opened(connection, at);
        }
        else if (connection.NextReport <= at)
        {
            announcements.ReportIsDue(connection);
        }
    }

    private void Begin(SocketKey key, long at, in SocketEntry entry, uint life)
    {
        bool connecting = entry is { Transport: Transport.Tcp, State: TcpState.SynSent };
        Connection connection = new()
        {
            Key = key,
            Transport = entry.Transport,
            Tuple = entry.Tuple,
            IsListener = entry.IsListening,
            OnlyIPv6 = entry.OnlyIPv6,
            Life = life,
            FirstSeen = at,
            StartWasSeen = _firstSnapshotIsDone || connecting,
            OpenReason = _firstSnapshotIsDone || connecting ? null : Reasons.SeenAtStart,
            Epoch = _epoch,
        };
        connection.Observe(entry, destroyed: false);
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
            announcements.Opened(connection, at);
        }
    }

    /// <summary>The kernel's word that a socket is gone, with its last figures.</summary>
    private void Destroyed(SocketKey key, long at, in SocketEntry entry)
    {
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
            PassedUnseen(key, at, entry, life);
        }
    }

    /// <summary>A socket that came and went between two snapshots.</summary>
    private void PassedUnseen(SocketKey key, long at, in SocketEntry entry, uint life)
    {
        Connection connection = new()
        {
            Key = key,
            Transport = entry.Transport,
            Tuple = entry.Tuple,
            IsListener = entry.IsListening,
            OnlyIPv6 = entry.OnlyIPv6,
            Life = life,
            FirstSeen = at,
            StartWasSeen = false,
            OpenReason = Reasons.SeenAtClose,
        };
        connection.Observe(entry, destroyed: true);

        // UDP shakes no hands, and through a listener comes only what has.
        if (entry.Transport is Transport.Udp || entry.Tcp.WasEstablished || listeners.Find(connection) is not null)
        {
            announcements.Opened(connection, at);
        }

        announcements.Ended(connection, at, null);
    }

    private void EndSnapshot(ObservationBatch last)
    {
        _absent.Clear();
        if (_seenInSnapshot < _connections.Count)
        {
            foreach (Connection connection in _connections.Values)
            {
                if (connection.Epoch != _epoch && connection.FirstSeen < last.Begin && IsGone(connection, last.Unseen))
                {
                    _absent.Add(connection);
                }
            }
        }

        foreach (Connection connection in _absent)
        {
            _quiet.Add(connection.Key, connection.Life, connection.Tuple);
            End(connection, last.Begin, ReasonForAbsence(connection));
        }

        foreach ((uint @namespace, long at) in _overranAt)
        {
            if (at <= last.Begin && !last.Unseen.Contains(@namespace))
            {
                _overranAt.Remove(@namespace);
            }
        }

        _snapshotBegin = null;
        if (last.IsComplete)
        {
            _firstSnapshotIsDone = true;
            announcements.SnapshotEnded();
        }

        _tombstones.RemoveBefore(last.Begin);
    }

    /// <summary>
    /// Whether a connection that a snapshot does not show has ended. The tables of /proc are read in pieces, between which
    /// a row may slip through: what comes from there, known by its lack of a cookie, must be missing twice.
    /// </summary>
    private static bool IsGone(Connection connection, IReadOnlyCollection<uint> unseen)
    {
        if (unseen.Count > 0 && unseen.Contains(connection.Key.Namespace))
        {
            return false;
        }

        bool isSure = connection.Key.HasCookie || connection.WasMissing || connection.IsRestored;
        connection.WasMissing = true;
        return isSure;
    }

    private string? ReasonForAbsence(Connection connection) => connection switch
    {
        { IsRestored: true } => Reasons.NotSeenAfterRestart,
        _ when _overranAt.ContainsKey(connection.Key.Namespace) => Reasons.LostInOverrun,
        _ => null,
    };

    private void End(Connection connection, long at, string? reason)
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

        announcements.Ended(connection, at, reason);
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
