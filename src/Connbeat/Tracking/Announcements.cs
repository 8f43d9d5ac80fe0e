using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Linux.Bpf;

namespace Connbeat.Tracking;

/// <summary>
/// Decides when the facts that the table finds are told. An opening waits a little for its owner; what was there at the
/// start, and reports of what lives, wait for room in the log; an end waits for nothing but its own opening.
/// Only the agent's loop touches it; times are boot-clock nanoseconds.
/// </summary>
internal sealed class Announcements(TrackingOptions options, ListenerTable listeners, OwnerSearch owners, Tell tell)
{
    /// <summary>The first snapshot may show before the ring tells: as long as a ring's records may wait, and a little more.</summary>
    private const long RingWait = 250_000_000;

    private readonly ReportSchedule _reports = new(options.Aggregation, options.AggregationMax);
    private readonly long _ownerWait = options.OwnerWait.Ticks * TimeSpan.NanosecondsPerTick;

    // Openings that wait for an owner, oldest first; some may have ended meanwhile.
    private readonly Queue<(Connection Connection, long Deadline)> _opening = [];

    // What may wait for room in the log.
    private readonly Queue<(Connection Connection, long Deadline)> _atStart = [];
    private readonly WaitingConnections _ownerFound = new();
    private readonly WaitingConnections _due = new();

    /// <summary>True where something waits for time to pass or for room in the log.</summary>
    public bool AreWaiting => WaitForRoom || _opening.Count > 0;

    /// <summary>True where something waits for room in the log.</summary>
    public bool WaitForRoom => _atStart.Count + _ownerFound.Count + _due.Count > 0;

    /// <summary>Somebody connects; there is nothing to tell yet, but the owner can be looked for.</summary>
    public void Connecting(Connection connection)
    {
        connection.Direction = Direction.Outbound;
        owners.Find(connection, listeners);
    }

    /// <summary>A connection or listener is there that was not.</summary>
    public void Opened(Connection connection, long at)
    {
        connection.Phase = ConnectionPhase.Opening;
        connection.Direction = Directions.Of(connection, listeners);
        bool found = owners.Find(connection, listeners);
        if (connection.OpenReason is Reasons.SeenAtStart)
        {
            if (owners.MayBeTold(connection))
            {
                _opening.Enqueue((connection, at + Math.Min(RingWait, _ownerWait)));
            }
            else
            {
                _atStart.Enqueue((connection, at + _ownerWait));
            }
        }
        else if (!IsReady(connection, found) && _ownerWait > 0)
        {
            _opening.Enqueue((connection, at + _ownerWait));
        }
        else
        {
            TellOpening(connection, at);
        }
    }

    /// <summary>A run before this one told its opening, and it is still there.</summary>
    public void Resumed(Connection connection, long at)
    {
        owners.Find(connection, listeners);
        _atStart.Enqueue((connection, at + _ownerWait));
    }

    /// <summary>A process holds the socket of a connection that nobody had accepted yet.</summary>
    public void Accepted(Connection connection)
    {
        if (owners.Find(connection, listeners))
        {
            OwnerFound(connection);
        }
    }

    /// <summary>The engine tells of a process.</summary>
    public void Hear(ProcessRecord process) => owners.Hear(process);

    /// <summary>The engine tells who uses a connection of which there will be something to tell.</summary>
    public void Used(Connection connection, in SocketObservation told) => owners.Take(connection, told);

    /// <summary>The engine tells who uses a connection; perhaps that is what its opening has waited for.</summary>
    public void Owned(Connection connection, in SocketObservation told)
    {
        bool isAnother = owners.Take(connection, told);
        if (connection.Phase is ConnectionPhase.Opening)
        {
            bool isAtStart = connection.OpenReason is Reasons.SeenAtStart; // it waits for room too
            if (isAnother && !isAtStart && IsReady(connection, owners.Find(connection, listeners)))
            {
                TellOpening(connection, told.At);
            }
        }
        else if (isAnother)
        {
            OwnerFound(connection);
        }
    }

    /// <summary>A connection turned out to be none that is told.</summary>
    public void Withdrawn(Connection connection)
    {
        connection.Phase = ConnectionPhase.Ended;
        owners.Forget(connection);
    }

    /// <summary>A connection was seen to live: where its owner is gone, somebody else has it now.</summary>
    public void Seen(Connection connection)
    {
        if (owners.OwnerHasLeft(connection) && owners.FindAnother(connection, listeners))
        {
            OwnerFound(connection);
        }
    }

    /// <summary>A snapshot was read to its end.</summary>
    public void SnapshotEnded() => owners.SnapshotEnded();

    /// <summary>A connection that lives is to be reported again, when there is room.</summary>
    public void ReportIsDue(Connection connection)
    {
        connection.NextReport = Connection.Never;
        _due.Enqueue(connection);
    }

    /// <summary>A connection, a listener, or an attempt to connect is gone.</summary>
    public void Ended(Connection connection, long at, string? reason)
    {
        owners.Find(connection, listeners);
        if (connection.Phase is ConnectionPhase.Opening)
        {
            TellOpening(connection, at);
        }

        owners.Renew(connection);
        if (connection.Phase is ConnectionPhase.Connecting)
        {
            connection.Direction = Direction.Outbound;
            Tell(EventAction.ConnectionFailed, connection, at, null);
        }
        else
        {
            Tell(connection.IsListener ? EventAction.ListenerClosed : EventAction.ConnectionClosed, connection, at, reason);
        }

        connection.Phase = ConnectionPhase.Ended;
        owners.Forget(connection);
    }

    /// <summary>A look at the processes, or the container engine's answer, has come: tells what waited for it.</summary>
    public void OwnersArrived(long now)
    {
        for (int waiting = _opening.Count; waiting > 0; waiting--)
        {
            (Connection connection, long deadline) = _opening.Dequeue();
            if (connection.Phase is not ConnectionPhase.Opening)
            {
                continue;
            }

            if (IsReady(connection, owners.Find(connection, listeners)))
            {
                TellOpening(connection, now);
            }
            else
            {
                _opening.Enqueue((connection, deadline));
            }
        }

        foreach (Connection late in owners.TakeFound(listeners))
        {
            OwnerFound(late);
        }
    }

    /// <summary>Tells what has waited long enough, and as much of the rest as there is room for.</summary>
    /// <param name="now">The time.</param>
    /// <param name="hasRoom">Asked before each event that could as well come later.</param>
    public void Advance(long now, Func<bool> hasRoom)
    {
        while (_opening.TryPeek(out (Connection Connection, long Deadline) oldest) &&
            (oldest.Deadline <= now || oldest.Connection.Phase is not ConnectionPhase.Opening))
        {
            _opening.Dequeue();
            if (oldest.Connection.Phase is ConnectionPhase.Opening)
            {
                TellOpening(oldest.Connection, now);
            }
        }

        while (_atStart.TryPeek(out (Connection Connection, long Deadline) first) &&
            IsDue(first.Connection, first.Deadline, now) && hasRoom())
        {
            Connection connection = _atStart.Dequeue().Connection;
            if (connection.Phase is ConnectionPhase.Opening)
            {
                TellOpening(connection, now);
            }
            else if (connection.Phase is ConnectionPhase.Told)
            {
                owners.Find(connection, listeners);
                owners.Renew(connection);
                _reports.Begin(connection, now, spread: true);
                Tell(Active(connection), connection, now, Reasons.SeenAtStart);
            }
        }

        while (_ownerFound.Count > 0 && hasRoom() && _ownerFound.TryDequeue(out Connection? connection))
        {
            if (connection.Phase is ConnectionPhase.Told)
            {
                Tell(Active(connection), connection, now, Reasons.OwnerFound);
            }
        }

        while (_due.Count > 0 && hasRoom() && _due.TryDequeue(out Connection? connection))
        {
            if (connection.Phase is ConnectionPhase.Told)
            {
                owners.Find(connection, listeners);
                owners.Renew(connection);
                _reports.Advance(connection, now);
                Tell(Active(connection), connection, now, null);
            }
        }
    }

    /// <summary>Gives back room in the queues that only the start needed.</summary>
    public void TrimExcess()
    {
        _opening.TrimExcess();
        _atStart.TrimExcess();
        _ownerFound.TrimExcess();
        _due.TrimExcess();
    }

    /// <summary>Tells every opening that was found, with the owner that is known: nothing more will come.</summary>
    public void Flush(long now)
    {
        while (_opening.TryDequeue(out (Connection Connection, long Deadline) waiting))
        {
            if (waiting.Connection.Phase is ConnectionPhase.Opening)
            {
                TellOpening(waiting.Connection, now);
            }
        }
    }

    /// <summary>True where what was there at the start has its owner, and the engine's word on its container.</summary>
    private bool IsDue(Connection connection, long deadline, long now)
    {
        if (deadline <= now || !owners.HaveBeenLookedFor || !owners.AsksForDetails)
        {
            return deadline <= now || owners.HaveBeenLookedFor;
        }

        owners.Find(connection, listeners); // which asks the engine, now that the container can be known
        return !owners.AreDetailsAwaited(connection);
    }

    /// <summary>True where nothing that may still be found out is worth the wait.</summary>
    private bool IsReady(Connection connection, bool found) =>
        (found || !owners.IsSought(connection)) && !owners.AreDetailsAwaited(connection);

    private void OwnerFound(Connection connection)
    {
        if (connection.Phase is ConnectionPhase.Told)
        {
            _ownerFound.Enqueue(connection);
        }
    }

    private static EventAction Active(Connection connection) =>
        connection.IsListener ? EventAction.ListenerActive : EventAction.ConnectionActive;

    private void TellOpening(Connection connection, long now)
    {
        // A snapshot may show a UDP server's connected socket before the one that only listens.
        if (connection.Direction is not Direction.Inbound)
        {
            connection.Direction = Directions.Of(connection, listeners);
        }

        connection.Phase = ConnectionPhase.Told;
        owners.Find(connection, listeners);
        _reports.Begin(connection, now, spread: connection.OpenReason is Reasons.SeenAtStart);
        EventAction action = connection.IsListener ? EventAction.ListenerOpened : EventAction.ConnectionOpened;
        Tell(action, connection, connection.FirstSeen, connection.OpenReason);
    }

    private void Tell(EventAction action, Connection connection, long at, string? reason) =>
        tell(new Happening(action, connection, at, reason));
}
