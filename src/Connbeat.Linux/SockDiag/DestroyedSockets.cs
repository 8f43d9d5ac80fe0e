using System.Net.Sockets;
using System.Runtime.InteropServices;
using Connbeat.Linux.Netlink;

namespace Connbeat.Linux.SockDiag;

/// <summary>
/// Hears of every TCP or UDP socket that the kernel destroys, with its last figures, in the namespace that it was opened
/// in: the multicast groups of linux/sock_diag.h. Needs no right. One thread at a time.
/// </summary>
internal sealed class DestroyedSockets : IDisposable
{
    private const int SockDiag = 4; // NETLINK_SOCK_DIAG

    private readonly NetlinkSocket _netlink = NetlinkSocket.Open(SockDiag);
    private readonly byte[] _buffer = new byte[32 * 1024];

    /// <summary>Opens with a receive buffer of <paramref name="bufferBytes"/>, as far as it is granted.</summary>
    /// <exception cref="KernelException">The kernel refused a socket.</exception>
    /// <exception cref="SocketException">The kernel has no such groups.</exception>
    public DestroyedSockets(int bufferBytes, params ReadOnlySpan<Transport> transports)
    {
        try
        {
            GrantedBufferBytes = _netlink.GrowReceiveBuffer(bufferBytes);
            _netlink.Blocking = false;
            foreach (Transport transport in transports)
            {
                bool udp = transport is Transport.Udp;
                _netlink.Join(udp ? 2 : 1); // SKNLGRP_INET_UDP_DESTROY, SKNLGRP_INET_TCP_DESTROY
                _netlink.Join(udp ? 4 : 3); // SKNLGRP_INET6_UDP_DESTROY, SKNLGRP_INET6_TCP_DESTROY
            }
        }
        catch
        {
            _netlink.Dispose();
            throw;
        }
    }

    /// <summary>What to wait on; see <see cref="Epoll"/>.</summary>
    public SafeHandle Handle => _netlink.Handle;

    /// <summary>The size of the receive buffer in bytes.</summary>
    public int GrantedBufferBytes { get; }

    /// <summary>How many messages the kernel had no room for since this was opened.</summary>
    public uint Drops => _netlink.Drops;

    /// <summary>Waits until there is something to read, at most <paramref name="timeout"/>.</summary>
    public bool Wait(TimeSpan timeout) => _netlink.Wait(timeout);

    /// <summary>Reads what is there now, at most one datagram.</summary>
    /// <exception cref="WireFormatException">The kernel's message is not understood.</exception>
    public NetlinkSocket.Received Read(SocketEntryReader reader)
    {
        NetlinkSocket.Received received = _netlink.Receive(_buffer, out int length);
        if (received is NetlinkSocket.Received.Datagram)
        {
            foreach (NetlinkMessage message in new NetlinkMessages(_buffer.AsSpan(0, length)))
            {
                reader(SocketEntry.Parse(message.Payload, Transport.Tcp));
            }
        }

        return received;
    }

    /// <inheritdoc/>
    public void Dispose() => _netlink.Dispose();
}
