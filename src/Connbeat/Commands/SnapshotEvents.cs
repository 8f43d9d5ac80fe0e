using System.Buffers;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Tracking;

namespace Connbeat.Commands;

/// <summary>Sockets of a snapshot as the events that the stream would report them with, but without a sequence.</summary>
internal sealed class SnapshotEvents : IDisposable
{
    private readonly IEventEncoder _encoder;
    private readonly EventIds _ids;
    private readonly WallClock _wall;
    private readonly Surroundings _around;
    private readonly TimeProvider _time;
    private long _position;

    /// <summary>Prepares for one snapshot.</summary>
    public SnapshotEvents(AgentOptions options, Surroundings around, TimeProvider time)
    {
        Guid run = Guid.NewGuid();
        _encoder = Agent.CreateEncoder(options.Schema, options, run, new LocalAddresses());
        _ids = new EventIds(boot: run, run);
        _wall = new WallClock(time);
        _around = around;
        _time = time;
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    /// <summary>Writes one socket as a JSON object.</summary>
    public void Write(Connection socket, IBufferWriter<byte> to)
    {
        EventAction action = socket.IsListener ? EventAction.ListenerActive : EventAction.ConnectionActive;
        Happening happening = new(action, socket, socket.FirstSeen, Reason: null);
        ConnectionEvent @event = EventMaker.Make(happening, _around, _ids, sequence: 0, _wall, _time.GetUtcNow());
        _encoder.Encode(@event with { Id = _ids.OfObservation(++_position) }, to);
    }
}
