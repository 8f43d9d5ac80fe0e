using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Connbeat.Linux.Netlink;

namespace Connbeat.Linux.Conntrack;

/// <summary>
/// A conversation with the conntrack of the namespace that it was opened in: all flows that there are, and what becomes of
/// flows. It changes nothing there. Takes CAP_NET_ADMIN. One thread at a time; linux/netfilter/nfnetlink_conntrack.h.
/// </summary>
internal sealed class ConntrackSocket : IDisposable
{
    private const int Netfilter = 12; // NETLINK_NETFILTER
    private const int MessageNew = 0x100, MessageGet = 0x101, MessageDelete = 0x102; // NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_*
    private const int Exclusive = 0x200, Create = 0x400; // NLM_F_EXCL, NLM_F_CREATE

    private readonly NetlinkSocket _netlink = NetlinkSocket.Open(Netfilter);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private uint _sequence;

    /// <summary>What to wait on; see <see cref="Epoll"/>.</summary>
    public SafeHandle Handle => _netlink.Handle;

    /// <summary>How many messages the kernel had no room for since this was opened.</summary>
    public uint Drops => _netlink.Drops;

    /// <summary>Hears of flows that are new, change or end from now on.</summary>
    /// <param name="bufferBytes">The receive buffer, as far as it is granted.</param>
    /// <returns>The receive buffer that was granted.</returns>
    /// <exception cref="SocketException">The kernel has no conntrack, or this user may not listen.</exception>
    public int Subscribe(int bufferBytes)
    {
        int granted = _netlink.GrowReceiveBuffer(bufferBytes);
        for (int group = 1; group <= 3; group++)
        {
            _netlink.Join(group); // NFNLGRP_CONNTRACK_NEW, _UPDATE, _DESTROY
        }

        _netlink.Blocking = false;
        return granted;
    }

    /// <summary>Reads what is there now, at most one datagram.</summary>
    /// <exception cref="WireFormatException">The kernel's message is not understood.</exception>
    public NetlinkSocket.Received Read(ConntrackReader reader)
    {
        NetlinkSocket.Received received = _netlink.Receive(_buffer, out int length);
        if (received is NetlinkSocket.Received.Datagram)
        {
            Walk(_buffer.AsSpan(0, length), reader);
        }

        return received;
    }

    /// <summary>Tells of each message of a datagram; those of other kinds are passed over.</summary>
    /// <exception cref="WireFormatException">It is not understood.</exception>
    public static void Walk(ReadOnlySpan<byte> datagram, ConntrackReader reader)
    {
        foreach (NetlinkMessage message in new NetlinkMessages(datagram))
        {
            switch ((int)message.Header.Type)
            {
                case MessageNew when ((int)message.Header.Flags & (Exclusive | Create)) != 0:
                    reader(ConntrackChange.New, ConntrackEntry.Parse(message.Payload));
                    break;
                case MessageNew:
                    reader(ConntrackChange.Update, ConntrackEntry.Parse(message.Payload));
                    break;
                case MessageDelete:
                    reader(ConntrackChange.Destroy, ConntrackEntry.Parse(message.Payload));
                    break;
            }
        }
    }

    /// <summary>Reads all flows. Not on a socket that is subscribed: changes would come among them.</summary>
    /// <returns>False where the kernel says that the dump is inconsistent.</returns>
    /// <exception cref="KernelException">The kernel refused.</exception>
    /// <exception cref="WireFormatException">The kernel's answer is not understood.</exception>
    public bool Dump(ConntrackReader reader)
    {
        _netlink.Send(DumpRequest(++_sequence));
        bool consistent = true;
        while (true)
        {
            if (_netlink.Receive(_buffer, out int length) is not NetlinkSocket.Received.Datagram)
            {
                consistent = false;
                continue;
            }

            foreach (NetlinkMessage message in new NetlinkMessages(_buffer.AsSpan(0, length)))
            {
                if (message.Header.Sequence != _sequence)
                {
                    continue;
                }

                consistent &= !message.Header.Flags.HasFlag(NetlinkFlags.DumpInterrupted);
                switch (message.Header.Type)
                {
                    case NetlinkMessageType.Done:
                        return consistent;
                    case NetlinkMessageType.Error:
                        throw new KernelException("conntrack dump", message.Errno);
                    case (NetlinkMessageType)MessageNew:
                        reader(ConntrackChange.New, ConntrackEntry.Parse(message.Payload));
                        break;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _netlink.Dispose();

    private static byte[] DumpRequest(uint sequence)
    {
        byte[] request = new byte[NetlinkHeader.Size + 4]; // and a struct nfgenmsg of no family: both
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(4), MessageGet);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(6), (ushort)(NetlinkFlags.Request | NetlinkFlags.Dump));
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(8), sequence);
        return request;
    }
}

/// <summary>What became of a flow.</summary>
internal enum ConntrackChange
{
    /// <summary>It is there.</summary>
    New,

    /// <summary>Something of it is different.</summary>
    Update,

    /// <summary>It is gone.</summary>
    Destroy,
}

/// <summary>Takes a flow.</summary>
internal delegate void ConntrackReader(ConntrackChange change, in ConntrackEntry entry);
