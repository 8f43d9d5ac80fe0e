using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tracking;

/// <summary>What an engine heard of sockets and processes, one after the other.</summary>
internal sealed partial class ConnectionTable
{
    private void ObserveChanges(ObservationBatch batch)
    {
        int process = 0, flow = 0;
        for (int socket = 0; socket <= batch.Count; socket++)
        {
            while (true)
            {
                if (flow < batch.Flows.Count && batch.Flows[flow].Sockets <= socket && batch.Flows[flow].Processes <= process)
                {
                    Flowed(batch.Flows[flow++]);
                }
                else if (process < batch.Processes.Count && batch.Processes[process].Sockets <= socket)
                {
                    announcements.Hear(batch.Processes[process++].Record);
                }
                else
                {
                    break;
                }
            }

            if (socket < batch.Count)
            {
                Changed(batch.Sockets[socket]);
            }
        }
    }

    private void ObserveFlows(ObservationBatch part)
    {
        Flows.BeginPart(part);
        foreach (FlowObservation flow in part.Flows)
        {
            Flowed(flow);
        }

        if (part.IsLast)
        {
            Flows.EndLook(part);
        }
    }

    /// <summary>
    /// A socket that is connected is known by itself, and only counts: it is there however long it is silent, and its end is
    /// told as that of any socket.
    /// </summary>
    private void Flowed(in FlowObservation seen)
    {
        if (!seen.Flow.IsConnected)
        {
            Flows.Observe(seen);
            return;
        }

        SocketObservation told = seen.AsSocket;
        SocketKey key = SocketKey.Of(told);
        if (seen.Change is FlowChange.Began or FlowChange.Owned && !_tombstones.Contains(key))
        {
            Established(key, told);
        }

        if (_connections.TryGetValue(key, out Connection? connection) && connection.Tuple == seen.Flow.Tuple)
        {
            connection.Count(seen.Flow);
        }
    }

    private void Changed(in SocketObservation seen)
    {
        SocketKey key = SocketKey.Of(seen);
        switch (seen.Change)
        {
            case SocketChange.Destroyed:
                Destroyed(key, seen);
                break;
            case SocketChange.Opened:
                Established(key, seen);
                break;
            case SocketChange.Owned when _connections.TryGetValue(key, out Connection? connection):
                announcements.Owned(connection, seen);
                break;
            case SocketChange.Closed:
                Closed(key, seen);
                break;
            case SocketChange.Failed:
                Failed(key, seen);
                break;
            case SocketChange.Withdrawn when _connections.TryGetValue(key, out Connection? connection):
                Withdraw(connection, seen.At);
                break;
        }
    }

    /// <summary>The kernel's word that a socket is connected, or listens. A snapshot may have been faster.</summary>
    private void Established(SocketKey key, in SocketObservation seen)
    {
        if (!_connections.TryGetValue(key, out Connection? connection))
        {
            Begin(key, seen, NextLife(key));
            return;
        }

        if (!IsSameLife(connection, seen.Entry))
        {
            End(connection, seen.At, connection.IsListener || seen.Entry.IsListening ? null : Reasons.PeerChanged);
            Begin(key, seen, connection.Life + 1);
            return;
        }

        connection.Observe(seen.Entry, destroyed: false);
        bool isOfTcp = connection.Transport is Transport.Tcp; // a datagram need not be the first
        if (isOfTcp && connection.Phase is (ConnectionPhase.Connecting or ConnectionPhase.Opening))
        {
            (connection.FirstSeen, connection.StartWasSeen, connection.OpenReason) = (seen.Since, true, null);
        }

        announcements.Owned(connection, seen);
        if (connection.Phase is ConnectionPhase.Connecting)
        {
            announcements.Opened(connection, seen.At);
        }
    }

    /// <summary>The kernel's word that a connection, or a listener, is gone; with its last figures and its last user.</summary>
    private void Closed(SocketKey key, in SocketObservation seen)
    {
        _tombstones.Add(key, seen.At);
        uint life = 0;
        if (_connections.TryGetValue(key, out Connection? connection))
        {
            bool isSame = connection.Tuple == seen.Entry.Tuple || connection.IsListener;
            if (isSame)
            {
                connection.Observe(seen.Entry, destroyed: true);
                announcements.Used(connection, seen);
                if (connection.Phase is ConnectionPhase.Connecting)
                {
                    connection.FirstSeen = seen.Since != 0 ? seen.Since : connection.FirstSeen;
                    announcements.Opened(connection, seen.At);
                }
            }

            End(connection, Math.Max(seen.At, connection.FirstSeen), isSame ? null : Reasons.PeerChanged);
            life = connection.Life;
            if (!isSame)
            {
                PassedUnseen(key, seen, ++life);
            }
        }
        else if (_quiet.TryTake(key, out QuietSocket earlier) && earlier.Tuple == seen.Entry.Tuple)
        {
            life = earlier.Life; // a snapshot lacked it, and that was told
        }
        else if (!seen.Entry.IsListening)
        {
            life = earlier.Tuple == default ? 0 : earlier.Life + 1;
            PassedUnseen(key, seen, life);
        }

        Remember(key, seen.Entry, life);
    }

    /// <summary>The kernel's word that a socket did not succeed in connecting.</summary>
    private void Failed(SocketKey key, in SocketObservation seen)
    {
        _tombstones.Add(key, seen.At);
        if (!_connections.TryGetValue(key, out Connection? connection) || connection.Phase is not ConnectionPhase.Connecting)
        {
            uint life = connection is null ? NextLife(key) : connection.Life + 1;
            if (connection is not null)
            {
                End(connection, seen.At, Reasons.PeerChanged);
            }

            connection = ConnectionOf(key, seen, life);
            _connections.Add(key, connection);
            _seenInSnapshot++;
        }

        connection.Observe(seen.Entry, destroyed: true);
        connection.Error = (ushort)seen.Error;
        announcements.Used(connection, seen);
        End(connection, Math.Max(seen.At, connection.FirstSeen), null);
        Remember(key, seen.Entry, connection.Life);
    }

    /// <summary>A socket that a process still holds may have another life.</summary>
    private void Remember(SocketKey key, in SocketEntry entry, uint life)
    {
        if (entry.Inode != 0 && entry.Transport is Transport.Tcp)
        {
            _quiet.Add(key, life, entry.Tuple);
        }
    }

    private uint NextLife(SocketKey key) => _quiet.TryTake(key, out QuietSocket earlier) ? earlier.Life + 1 : 0;

    /// <summary>It is one of those that are not told; where its opening was told, so is its end.</summary>
    private void Withdraw(Connection connection, long at)
    {
        if (connection.Phase is ConnectionPhase.Told)
        {
            End(connection, at, null);
            return;
        }

        Remove(connection);
        announcements.Withdrawn(connection);
    }
}
