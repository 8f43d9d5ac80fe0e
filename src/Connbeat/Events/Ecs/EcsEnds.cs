using Connbeat.Linux;

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
    private readonly RawJson _related = new(256); // 5 and 4 times 47 of an address in quotes
    private readonly List<InetAddress> _seen = new(4);
    private bool _rolesAreKnown;

    /// <summary>The object <c>source</c>; null where there is none.</summary>
    public EcsEnd? Source { get; private set; }

    /// <summary>The object <c>destination</c>; null where there is none.</summary>
    public EcsEnd? Destination { get; private set; }

    /// <summary>The object <c>client</c>; null where there is none.</summary>
    public EcsEnd? Client => _rolesAreKnown ? Source : null;

    /// <summary>The object <c>server</c>; null where there is none.</summary>
    public EcsEnd? Server => _rolesAreKnown ? Destination : null;

    /// <summary>Takes the ends of the event's socket; none where it has no socket.</summary>
    public void Set(ConnectionEvent happened)
    {
        Source = Destination = null;
        _rolesAreKnown = false;
        if (happened.Socket is not { } socket)
        {
            return;
        }

        _local.Set(socket.Tuple.Local, socket.Tuple.LocalPort, socket.BytesSent, socket.PacketsSent, socket.Nat?.Local);
        if (happened.Action.IsListener())
        {
            Destination = _local;
            _rolesAreKnown = true;
            return;
        }

        _remote.Set(socket.Tuple.Remote, socket.Tuple.RemotePort, socket.BytesReceived, socket.PacketsReceived, socket.Nat?.Remote);
        bool isInbound = socket.Direction is Direction.Inbound;
        Source = isInbound ? _remote : _local;
        Destination = isInbound ? _local : _remote;
        _rolesAreKnown = isInbound || socket.Direction is Direction.Outbound;
    }

    /// <summary>Writes <c>related.ip</c>: each address once, and none that stands for all; nothing where none is left.</summary>
    public void WriteRelated(FieldWriter fields)
    {
        _related.Clear();
        _seen.Clear();
        Relate(Source);
        Relate(Destination);
        if (_seen.Count > 0)
        {
            _related.Append("]"u8);
            fields.Raw(FieldNames.Ip, _related.Json);
        }
    }

    private void Relate(EcsEnd? end)
    {
        if (end is null)
        {
            return;
        }

        Relate(end.Address, end.Ip);
        if (end.Nat is { } nat)
        {
            Relate(nat.Address, end.NatIp);
        }
    }

    private void Relate(InetAddress address, ReadOnlySpan<byte> json)
    {
        if (!address.IsAny && !_seen.Contains(address))
        {
            _related.Append(_seen.Count == 0 ? "["u8 : ","u8);
            _related.Append(json);
            _seen.Add(address);
        }
    }
}
