using System.Text;
using Connbeat.Linux;

namespace Connbeat.Events.Ecs;

/// <summary>The object <c>network</c>.</summary>
internal sealed class EcsNetwork
{
    /// <summary>What stands before the datagrams, by direction and transport.</summary>
    private static readonly byte[][] Middles =
    [
        .. from direction in new[] { "", "\"direction\":\"ingress\",", "\"direction\":\"egress\"," }
           from number in new[] { "6", "17" }
           select Encoding.ASCII.GetBytes($"{direction}\"iana_number\":\"{number}\""),
    ];

    /// <summary>How it ends, by transport and address family.</summary>
    private static readonly byte[][] Ends =
    [
        .. from transport in new[] { "tcp", "udp" }
           from type in new[] { "ipv4", "ipv6" }
           select Encoding.ASCII.GetBytes($",\"transport\":\"{transport}\",\"type\":\"{type}\"}}"),
    ];

    // 10 and 19 digits, 19 and a community id, 42 of the longest middle, 11 and 19 digits, 34 of the longest end
    private readonly RawJson _json = new(256);

    /// <summary>Writes the object for a socket.</summary>
    /// <param name="fields">Where to.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="communityId">Its community id; empty where it has none.</param>
    public void Write(FieldWriter fields, SocketFacts socket, ReadOnlySpan<byte> communityId)
    {
        if (fields.ShowsWhole(FieldNames.Network))
        {
            fields.Raw(FieldNames.Network, Of(socket, communityId));
            return;
        }

        fields.StartObject(FieldNames.Network);
        fields.Number(EcsNames.Bytes, BytesOf(socket));
        if (!communityId.IsEmpty)
        {
            fields.Text(FieldNames.CommunityId, communityId);
        }

        fields.Text(FieldNames.Direction, DirectionOf(socket));
        fields.Text(EcsNames.IanaNumber, IanaNumberOf(socket));
        fields.Number(EcsNames.Packets, PacketsOf(socket));
        fields.Text(FieldNames.Transport, FieldValues.Of(socket.Transport));
        fields.Text(FieldNames.Type, FieldValues.Of(socket.Tuple));
        fields.EndObject();
    }

    /// <summary>Payload bytes of both ends; null where one is not known.</summary>
    public static long? BytesOf(SocketFacts socket) =>
        socket is { BytesSent: { } sent, BytesReceived: { } received } && sent <= long.MaxValue - received
            ? sent + received
            : null;

    /// <summary>Datagrams of both ends; null where one is not known.</summary>
    public static long? PacketsOf(SocketFacts socket) =>
        socket is { PacketsSent: { } sent, PacketsReceived: { } received } && sent <= long.MaxValue - received
            ? sent + received
            : null;

    /// <summary>Which way it went, seen from this host; null where nobody knows who began.</summary>
    public static string? DirectionOf(SocketFacts socket) => socket.Direction switch
    {
        Direction.Inbound => "ingress",
        Direction.Outbound => "egress",
        _ => null,
    };

    /// <summary>The number of its transport protocol.</summary>
    public static string IanaNumberOf(SocketFacts socket) => socket.Transport == Transport.Tcp ? "6" : "17";

    private ReadOnlySpan<byte> Of(SocketFacts socket, ReadOnlySpan<byte> communityId)
    {
        _json.Clear();
        _json.Append("{"u8);
        if (BytesOf(socket) is { } bytes)
        {
            _json.Append("\"bytes\":"u8);
            _json.Append(bytes);
            _json.Append(","u8);
        }

        if (!communityId.IsEmpty)
        {
            _json.Append("\"community_id\":\""u8);
            _json.Append(communityId);
            _json.Append("\","u8);
        }

        int direction = socket.Direction switch { Direction.Inbound => 1, Direction.Outbound => 2, _ => 0 };
        int transport = socket.Transport == Transport.Tcp ? 0 : 1;
        int type = socket.Tuple.Local.IsIPv4 ? 0 : 1;
        _json.Append(Middles[(direction * 2) + transport]);
        if (PacketsOf(socket) is { } packets)
        {
            _json.Append(",\"packets\":"u8);
            _json.Append(packets);
        }

        _json.Append(Ends[(transport * 2) + type]);
        return _json.Json;
    }
}
