using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Processing.Fields;

/// <summary>One end of a socket in the role that Elastic Common Schema gives it; Events/Ecs/EcsEnds says which.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Sent">The payload bytes that it sent, where that is known.</param>
/// <param name="Packets">The datagrams that it sent, where that is known.</param>
/// <param name="Nat">What it is on the other side of an address translation, where there is one.</param>
internal readonly record struct SocketEnd(InetAddress Address, ushort Port, long? Sent, long? Packets, NatEnd? Nat)
{
    /// <summary>Who began it, else this host's end; null for a listener.</summary>
    public static SocketEnd? SourceOf(ConnectionEvent happened) => happened switch
    {
        { Socket: null } => null,
        _ when happened.Action.IsListener() => null,
        { Socket: { Direction: Direction.Inbound } socket } => Remote(socket),
        { Socket: var socket } => Local(socket),
    };

    /// <summary>The other end; this host's for a listener.</summary>
    public static SocketEnd? DestinationOf(ConnectionEvent happened) => happened switch
    {
        { Socket: null } => null,
        { Socket: var socket } when happened.Action.IsListener() || socket.Direction is Direction.Inbound => Local(socket),
        { Socket: var socket } => Remote(socket),
    };

    /// <summary>The source, where it is known who began it.</summary>
    public static SocketEnd? ClientOf(ConnectionEvent happened) => RolesAreKnown(happened) ? SourceOf(happened) : null;

    /// <summary>The destination, where it is known who began it.</summary>
    public static SocketEnd? ServerOf(ConnectionEvent happened) => RolesAreKnown(happened) ? DestinationOf(happened) : null;

    private static bool RolesAreKnown(ConnectionEvent happened) =>
        happened.Action.IsListener() || happened.Socket is { Direction: Direction.Inbound or Direction.Outbound };

    private static SocketEnd Local(SocketFacts socket) =>
        new(socket.Tuple.Local, socket.Tuple.LocalPort, socket.BytesSent, socket.PacketsSent, socket.Nat?.Local);

    private static SocketEnd Remote(SocketFacts socket) =>
        new(socket.Tuple.Remote, socket.Tuple.RemotePort, socket.BytesReceived, socket.PacketsReceived, socket.Nat?.Remote);
}
