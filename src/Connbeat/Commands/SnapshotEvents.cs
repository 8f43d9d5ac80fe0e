using System.Buffers;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Processing;
using Connbeat.Tracking;

namespace Connbeat.Commands;

/// <summary>Sockets of a snapshot as the events that the stream would report them with, but without a sequence.</summary>
internal sealed class SnapshotEvents : IDisposable
{
    private readonly IEventEncoder _encoder;
    private readonly EventProcessors _processors;
    private readonly EventIds _ids;
    private readonly WallClock _wall;
    private readonly Surroundings _around;
    private readonly TimeProvider _time;
    private long _position;

    /// <summary>Prepares for one snapshot.</summary>
    public SnapshotEvents(AgentOptions options, Surroundings around, TimeProvider time)
    {
        Guid run = Guid.NewGuid();
        LocalAddresses addresses = new();
        _encoder = EventEncoders.Create(options.Schema, options, run, addresses);
        _processors = new EventProcessors(options.Processors, EventEncoders.CreateFields(options, run, addresses));
        _ids = new EventIds(boot: run, run);
        _wall = new WallClock(time);
        _around = around;
        _time = time;
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    /// <summary>Writes one socket as a JSON object; false, and nothing is written, where processors drop it.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="before">What goes before the object.</param>
    /// <param name="to">Where to.</param>
    public bool TryWrite(Connection socket, ReadOnlySpan<byte> before, IBufferWriter<byte> to)
    {
        EventAction action = socket.IsListener ? EventAction.ListenerActive : EventAction.ConnectionActive;
        Happening happening = new(action, socket, socket.FirstSeen, Reason: null);
        ConnectionEvent @event = EventMaker.Make(happening, _around, _ids, sequence: 0, _wall, _time.GetUtcNow()) with
        {
            Id = _ids.OfObservation(++_position),
        };
        Verdict verdict = _processors.Judge(@event);
        if (verdict.IsDropped)
        {
            return false;
        }

        to.Write(before);
        _encoder.Encode(@event, to, verdict.Mask);
        return true;
    }
}
