using System.Buffers;
using Connbeat.Delivery;
using Connbeat.Events;
using Connbeat.Processing;
using Connbeat.Tracking;
using Connbeat.Tracking.State;

namespace Connbeat;

/// <summary>
/// Where a happening becomes an event: it gets its id, its place in the sequence and its bytes, and is appended to the
/// logs. From then on it counts as captured. Only the agent's loop touches it.
/// </summary>
internal sealed class EventStream(
    EventLogs logs,
    Surroundings around,
    EventIds ids,
    StateFile? state,
    WallClock wall,
    TimeProvider time)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly long[] _attributed = new long[AttributionNames.All.Count];
    private volatile EventProcessors? _processors;

    /// <summary>The last sequence given.</summary>
    public long LastSequence { get; private set; }

    /// <summary>How many events the processors dropped: they have no place in the sequence, for nobody misses them.</summary>
    public long Dropped { get; private set; }

    /// <summary>How many events of sockets were captured whose owner was found so. Any thread.</summary>
    public long AttributedBy(Attribution method) => Interlocked.Read(ref _attributed[(int)method]);

    /// <summary>Has events go through these from the next one on. Any thread.</summary>
    public void Process(EventProcessors processors) => _processors = processors;

    /// <summary>Tells what happened to a connection.</summary>
    public void Tell(in Happening happening)
    {
        Connection connection = happening.Connection;
        ConnectionEvent told = EventMaker.Make(happening, around, ids, LastSequence + 1, wall, time.GetUtcNow());
        if (Append(told))
        {
            Interlocked.Increment(ref _attributed[(int)connection.Attribution]);
        }

        switch (happening.Action)
        {
            case EventAction.ConnectionOpened or EventAction.ListenerOpened:
                state?.Opened(connection, LastSequence);
                break;
            case EventAction.ConnectionClosed or EventAction.ListenerClosed:
                state?.Ended(connection.Key, LastSequence);
                break;
        }

        if (happening.Action is EventAction.ConnectionOpened && told.Socket?.Tunnel is { IsExpected: true, IsProtected: false })
        {
            Tell(happening with { Action = EventAction.ConnectionUnprotected });
        }
    }

    /// <summary>Tells that tunnels are down, of each connection that is to go through one of them.</summary>
    /// <param name="tunnels">The tunnels.</param>
    /// <param name="connections">All there are.</param>
    public void TellUnprotected(IReadOnlySet<(string Name, string Child)> tunnels, IEnumerable<Connection> connections)
    {
        foreach (Connection connection in connections)
        {
            if (connection.Phase is ConnectionPhase.Told && around.TunnelOf(connection) is { IsProtected: false } tunnel &&
                tunnels.Contains((tunnel.Name, tunnel.Child)))
            {
                Tell(new Happening(EventAction.ConnectionUnprotected, connection, time.GetTimestamp(), null));
            }
        }
    }

    /// <summary>Tells something of the agent itself, or of a tunnel.</summary>
    public void Tell(EventAction action, RunFacts? run = null, GapFacts? gap = null, TunnelFacts? tunnel = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        Append(new ConnectionEvent
        {
            Action = action,
            Id = ids.OfObservation(LastSequence + 1),
            Sequence = LastSequence + 1,
            Timestamp = now,
            Created = now,
            Run = run,
            Gap = gap,
            Tunnel = tunnel,
        });
    }

    /// <summary>
    /// Writes what there is to say of a socket now, as it would be told, but without a place in the stream. What processors
    /// drop is not written.
    /// </summary>
    /// <param name="connection">The socket.</param>
    /// <param name="before">What goes before it.</param>
    /// <param name="encoder">Encodes it.</param>
    /// <param name="forAGuest">True to leave out command lines and environments.</param>
    /// <param name="to">Where to.</param>
    public void Write(
        Connection connection, ReadOnlySpan<byte> before, IEventEncoder encoder, bool forAGuest, IBufferWriter<byte> to)
    {
        EventAction action = connection.IsListener ? EventAction.ListenerActive : EventAction.ConnectionActive;
        Happening now = new(action, connection, time.GetTimestamp(), Reason: null);
        ConnectionEvent @event = EventMaker.Make(now, around, ids, sequence: 0, wall, time.GetUtcNow());
        if (forAGuest && @event.Socket is { } socket)
        {
            @event = @event with { Socket = WithoutSecrets(socket) };
        }

        Verdict verdict = _processors?.Judge(@event) ?? default;
        if (!verdict.IsDropped)
        {
            to.Write(before);
            encoder.Encode(@event, to, verdict.Mask);
        }
    }

    private static SocketFacts WithoutSecrets(SocketFacts socket) => socket with
    {
        Process = socket.Process is { } process ? process with { CommandLine = "", Arguments = [], Environment = null } : null,
        ContainerDetails = socket.ContainerDetails is { } details ? details with { Environment = [] } : null,
    };

    /// <returns>False where processors drop it.</returns>
    private bool Append(ConnectionEvent @event)
    {
        Verdict verdict = _processors?.Judge(@event) ?? default;
        if (verdict.IsDropped)
        {
            Dropped++;
            return false;
        }

        LastSequence++;
        foreach (EventForm form in logs.InUse)
        {
            form.Log.Append(Encode(@event, verdict.Mask, form.Encoder));
        }

        return true;
    }

    private EncodedEvent Encode(ConnectionEvent @event, FieldMask? mask, IEventEncoder encoder)
    {
        _buffer.ResetWrittenCount();
        encoder.Encode(@event, _buffer, mask);
        int length = _buffer.WrittenCount;
        _buffer.Write(encoder.LastCommunityId);

        ReadOnlyMemory<byte> bytes = _buffer.WrittenSpan.ToArray(); // one object for both: there are many events
        return new EncodedEvent(
            LastSequence, @event.Id.Value, Key: bytes[length..], @event.Timestamp, Json: bytes[..length]);
    }
}
