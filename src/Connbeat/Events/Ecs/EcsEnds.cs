using System.Text.Json;

namespace Connbeat.Events.Ecs;

/// <summary>
/// Which end of a socket is source and which is destination. Who began a connection is its source and its client; where
/// that is not known the host's own end is the source, as Auditbeat's dataset socket has it, and nobody is client or
/// server. A listener has no source: its own end is destination and server, as in Elastic's datasets named socket.
/// </summary>
internal sealed class EcsEnds
{
    private readonly EcsEnd _local = new();
    private readonly EcsEnd _remote = new();
    private EcsEnd? _source;
    private EcsEnd? _destination;
    private bool _rolesAreKnown;

    /// <summary>The object <c>source</c>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Source => _source is null ? default : _source.Json;

    /// <summary>The object <c>destination</c>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Destination => _destination is null ? default : _destination.Json;

    /// <summary>The object <c>client</c>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Client => _rolesAreKnown ? Source : default;

    /// <summary>The object <c>server</c>; empty where there is none.</summary>
    public ReadOnlySpan<byte> Server => _rolesAreKnown ? Destination : default;

    /// <summary>Takes the ends of the event's socket; none where it has no socket.</summary>
    public void Set(ConnectionEvent happened)
    {
        _source = _destination = null;
        _rolesAreKnown = false;
        if (happened.Socket is not { } socket)
        {
            return;
        }

        _local.Set(socket.Tuple.Local, socket.Tuple.LocalPort, socket.BytesSent);
        if (happened.Action.IsListener())
        {
            _destination = _local;
            _rolesAreKnown = true;
            return;
        }

        _remote.Set(socket.Tuple.Remote, socket.Tuple.RemotePort, socket.BytesReceived);
        bool isInbound = socket.Direction is Direction.Inbound;
        _source = isInbound ? _remote : _local;
        _destination = isInbound ? _local : _remote;
        _rolesAreKnown = isInbound || socket.Direction is Direction.Outbound;
    }

    /// <summary>Writes <c>related.ip</c>: each address once, and none that stands for all; nothing where none is left.</summary>
    public void WriteRelated(Utf8JsonWriter json)
    {
        bool hasSource = _source is not null && !_source.Address.IsAny;
        bool hasDestination = _destination is not null && !_destination.Address.IsAny &&
            !(hasSource && _source!.Address == _destination.Address);
        if (!hasSource && !hasDestination)
        {
            return;
        }

        json.WriteStartArray(FieldNames.Ip);
        if (hasSource)
        {
            json.WriteRawValue(_source!.Ip, skipInputValidation: true);
        }

        if (hasDestination)
        {
            json.WriteRawValue(_destination!.Ip, skipInputValidation: true);
        }

        json.WriteEndArray();
    }
}
