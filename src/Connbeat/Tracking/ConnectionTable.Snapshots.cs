using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tracking;

/// <summary>What a look at all sockets shows, and what it proves of those that it does not.</summary>
internal sealed partial class ConnectionTable
{
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
            Seen(SocketKey.Of(socket), socket);
        }

        if (part.IsLast)
        {
            EndSnapshot(part);
        }
    }

    private void Seen(SocketKey key, in SocketObservation seen)
    {
        (long at, SocketEntry entry) = (seen.At, seen.Entry);
        if (!_connections.TryGetValue(key, out Connection? connection))
        {
            if (!_tombstones.Contains(key))
            {
                Begin(key, seen, NextLife(key));
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
            Begin(key, seen, connection.Life + 1);
            return;
        }

        bool wasHeld = connection.Inode != 0;
        connection.Observe(entry, destroyed: false);
        if (seen.Owner.IsKnown)
        {
            announcements.Owned(connection, seen);
        }
        else if (!wasHeld && connection.Inode != 0)
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

    private void EndSnapshot(ObservationBatch last)
    {
        _absent.Clear();
        if (_seenInSnapshot < _connections.Count)
        {
            foreach (Connection connection in _connections.Values)
            {
                bool isProven = !last.ShowsHeldTcpOnly || connection.Transport is not Transport.Tcp;
                if (connection.Epoch != _epoch && connection.FirstSeen < last.Begin && isProven && IsGone(connection, last.Unseen))
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
            if (at <= last.Begin && !last.ShowsHeldTcpOnly && !last.Unseen.Contains(@namespace))
            {
                _overranAt.Remove(@namespace);
            }
        }

        _snapshotBegin = null;
        if (last.IsComplete)
        {
            _firstSnapshotIsDone = true;
            if (udpIdle is null)
            {
                Flows.EndAll(last.Begin);
            }

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
        _ when _overranAt.ContainsKey(connection.Key.Namespace) || _overranAt.ContainsKey(Anywhere) => Reasons.LostInOverrun,
        _ => null,
    };
}
