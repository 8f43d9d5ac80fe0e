using System.Buffers.Binary;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Tracking;

/// <summary>Builds what a kernel of today tells in struct tcp_info.</summary>
internal static class Figures
{
    /// <summary>Of a socket that has exchanged nothing but its handshake, which this end began.</summary>
    public static TcpFigures Initiator { get; } = Of(acknowledged: 1);

    /// <summary>Of one that has measured a round trip, but to which no byte went: the other end began.</summary>
    public static TcpFigures Acceptor { get; } = Of();

    /// <summary>Of one that never finished its handshake.</summary>
    public static TcpFigures Connecting { get; } = Of(unacknowledged: 1, minimumRtt: uint.MaxValue);

    public static TcpFigures Of(
        ulong acknowledged = 0,
        ulong received = 0,
        ulong sent = 0,
        uint unacknowledged = 0,
        uint rtt = 0,
        uint retransmits = 0,
        uint minimumRtt = 77)
    {
        byte[] info = new byte[232];
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(24), unacknowledged);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(68), rtt);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(100), retransmits);
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(120), acknowledged);
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(128), received);
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(148), minimumRtt);
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(200), sent);
        return TcpFigures.Parse(info);
    }
}
