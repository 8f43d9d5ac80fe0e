using Connbeat.Linux.Netlink;

namespace Connbeat.Linux.SockDiag;

/// <summary>
/// Hears of every TCP socket that the kernel destroys, with its last figures, in the namespace that it was opened in:
/// the multicast groups SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY. Needs no right. One thread at a time.
/// </summary>
internal sealed class DestroyedSockets : IDisposable
{
    private const int SockDiag = 4; // NETLINK_SOCK_DIAG

    private readonly NetlinkSocket _netlink = NetlinkSocket.Open(SockDiag);
    private readonly byte[] _buffer = new byte[32 * 1024];

    /// <summary>Opens with a receive buffer of <paramref name="bufferBytes"/>, as far as it is granted.</summary>
    public DestroyedSockets(int bufferBytes)
    {
        GrantedBufferBytes = _netlink.GrowReceiveBuffer(bufferBytes);
        _netlink.Blocking = false;
        _netlink.Join(1); // SKNLGRP_INET_TCP_DESTROY
        _netlink.Join(3); // SKNLGRP_INET6_TCP_DESTROY
    }

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
