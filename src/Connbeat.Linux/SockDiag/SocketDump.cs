using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Connbeat.Linux.Netlink;

namespace Connbeat.Linux.SockDiag;

/// <summary>
/// The requests for all TCP or UDP sockets of a network namespace; sock_diag(7). The legacy request, for TCP only, walks the
/// socket tables once for both address families, which the newer one does not offer (family 0 is ENOENT there).
/// </summary>
internal static class SocketDump
{
    private const byte InfoExtension = 1 << 1; // 1 << (INET_DIAG_INFO - 1): struct tcp_info with each socket

    /// <summary>One request for TCP over IPv4 and IPv6 together: TCPDIAG_GETSOCK with struct inet_diag_req.</summary>
    public static byte[] BothFamilies(TcpStates states, uint sequence)
    {
        const ushort TcpDiagGetSocket = 18; // TCPDIAG_GETSOCK

        byte[] request = Request(TcpDiagGetSocket, 60, sequence);
        Span<byte> body = request.AsSpan(NetlinkHeader.Size);
        body[3] = InfoExtension;                                            // idiag_ext
        BinaryPrimitives.WriteUInt32LittleEndian(body[52..], (uint)states); // idiag_states
        return request;
    }

    /// <summary>A request for one family: SOCK_DIAG_BY_FAMILY with struct inet_diag_req_v2.</summary>
    /// <param name="transport">TCP or UDP.</param>
    /// <param name="family">AF_INET (2) or AF_INET6 (10).</param>
    /// <param name="states">The states to tell of.</param>
    /// <param name="sequence">Comes back in every answer.</param>
    public static byte[] OneFamily(Transport transport, byte family, TcpStates states, uint sequence)
    {
        const ushort SockDiagByFamily = 20; // SOCK_DIAG_BY_FAMILY

        byte[] request = Request(SockDiagByFamily, 56, sequence);
        Span<byte> body = request.AsSpan(NetlinkHeader.Size);
        body[0] = family;                                                  // sdiag_family
        body[1] = (byte)transport;                                         // sdiag_protocol
        body[2] = InfoExtension;                                           // idiag_ext
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], (uint)states); // idiag_states
        return request;
    }

    private static byte[] Request(ushort type, int bodySize, uint sequence)
    {
        byte[] request = new byte[NetlinkHeader.Size + bodySize];
        NetlinkHeader header = new(
            (uint)request.Length, (NetlinkMessageType)type, NetlinkFlags.Request | NetlinkFlags.Dump, sequence, Port: 0);
        MemoryMarshal.Write(request, header);
        return request;
    }
}
