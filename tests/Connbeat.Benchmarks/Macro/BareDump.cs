using System.Buffers.Binary;
using Connbeat.Linux;
using Connbeat.Linux.Netlink;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Benchmarks.Macro;

/// <summary>
/// The least that dumps of TCP, with tcp_info, and of UDP can cost: the kernel writes them, and nobody reads the bytes.
/// </summary>
internal sealed class BareDump : IDisposable
{
    private readonly NetlinkSocket _netlink = NetlinkSocket.Open(protocol: 4); // NETLINK_SOCK_DIAG
    private readonly byte[] _buffer = new byte[32 * 1024];
    private uint _sequence;

    /// <summary>Takes one dump of what connbeat watches.</summary>
    /// <returns>Its bytes.</returns>
    public long Take()
    {
        const byte IPv4 = 2, IPv6 = 10; // AF_INET, AF_INET6

        return Take(SocketDump.BothFamilies(TcpStates.Watched, ++_sequence)) +
            Take(SocketDump.OneFamily(Transport.Udp, IPv4, TcpStates.Datagram, ++_sequence)) +
            Take(SocketDump.OneFamily(Transport.Udp, IPv6, TcpStates.Datagram, ++_sequence));
    }

    /// <inheritdoc/>
    public void Dispose() => _netlink.Dispose();

    private long Take(byte[] request)
    {
        _netlink.Send(request);
        long bytes = 0;
        int length;
        do
        {
            if (_netlink.Receive(_buffer, out length) is not NetlinkSocket.Received.Datagram)
            {
                throw new InvalidOperationException("a datagram of a bare dump was lost");
            }

            bytes += length;
        }
        while (!EndsDump(_buffer.AsSpan(0, length)));
        return bytes;
    }

    /// <summary>The end of a dump is the last message of its last datagram: NLMSG_DONE, a header and an errno.</summary>
    private bool EndsDump(ReadOnlySpan<byte> datagram)
    {
        const int DoneSize = NetlinkHeader.Size + sizeof(int);

        if (datagram.Length < DoneSize)
        {
            return false;
        }

        ReadOnlySpan<byte> last = datagram[^DoneSize..];
        return BinaryPrimitives.ReadUInt32LittleEndian(last) == DoneSize &&
            BinaryPrimitives.ReadUInt16LittleEndian(last[4..]) == (ushort)NetlinkMessageType.Done &&
            BinaryPrimitives.ReadUInt32LittleEndian(last[8..]) == _sequence;
    }
}
