using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Connbeat.Linux.Netlink;

/// <summary>
/// A netlink conversation with the kernel: sends requests, receives datagrams, joins multicast groups. It belongs to the
/// network namespace of the thread that opened it, for good. One thread at a time; netlink(7).
/// </summary>
internal sealed class NetlinkSocket : IDisposable
{
    private const int SolSocket = 1; // SOL_SOCKET
    private readonly Socket _socket;

    private NetlinkSocket(Socket socket) => _socket = socket;

    /// <summary>What came of a <see cref="Receive"/>.</summary>
    public enum Received
    {
        /// <summary>A datagram.</summary>
        Datagram,

        /// <summary>Nothing was there.</summary>
        Nothing,

        /// <summary>The receive buffer was full and messages were lost; go on reading.</summary>
        Overrun,
    }

    /// <summary>Opens a socket of <paramref name="protocol"/>, such as NETLINK_SOCK_DIAG (4).</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static NetlinkSocket Open(int protocol) => new(new Socket(LibC.OpenNetlink(protocol)));

    /// <summary>What to wait on; see <see cref="Epoll"/>.</summary>
    public SafeHandle Handle => _socket.SafeHandle;

    /// <summary>False lets <see cref="Receive"/> return at once where nothing is there. True at first.</summary>
    public bool Blocking
    {
        get => _socket.Blocking;
        set => _socket.Blocking = value;
    }

    /// <summary>How many messages the kernel could not put into this socket's buffer since it was opened.</summary>
    public uint Drops
    {
        get
        {
            const int MemoryInfo = 55, DropsIndex = 8; // SO_MEMINFO, SK_MEMINFO_DROPS

            Span<uint> values = stackalloc uint[9];
            int length = _socket.GetRawSocketOption(SolSocket, MemoryInfo, MemoryMarshal.AsBytes(values));
            return length > DropsIndex * sizeof(uint) ? values[DropsIndex] : 0;
        }
    }

    /// <summary>Joins a multicast group by its number.</summary>
    /// <exception cref="SocketException">The kernel has no such group.</exception>
    public void Join(int group)
    {
        const int SolNetlink = 270, AddMembership = 1; // SOL_NETLINK, NETLINK_ADD_MEMBERSHIP

        _socket.SetRawSocketOption(SolNetlink, AddMembership, MemoryMarshal.AsBytes([group]));
    }

    /// <summary>
    /// Asks for a receive buffer of <paramref name="bytes"/>. Past net.core.rmem_max that takes CAP_NET_ADMIN.
    /// </summary>
    /// <returns>What was granted, in bytes.</returns>
    public int GrowReceiveBuffer(int bytes)
    {
        const int ReceiveBufferForce = 33; // SO_RCVBUFFORCE

        try
        {
            _socket.SetRawSocketOption(SolSocket, ReceiveBufferForce, MemoryMarshal.AsBytes([bytes]));
        }
        catch (SocketException)
        {
            _socket.ReceiveBufferSize = bytes; // the kernel cuts it to net.core.rmem_max
        }

        return _socket.ReceiveBufferSize / 2; // the kernel keeps, and tells, twice what was asked; socket(7)
    }

    /// <summary>Sends one request to the kernel.</summary>
    public void Send(ReadOnlySpan<byte> request) => _socket.Send(request);

    /// <summary>Waits until something can be received, at most <paramref name="timeout"/>.</summary>
    public bool Wait(TimeSpan timeout) => _socket.Poll(timeout, SelectMode.SelectRead);

    /// <summary>Receives the next datagram into <paramref name="buffer"/>.</summary>
    /// <exception cref="WireFormatException">The datagram did not fit.</exception>
    /// <exception cref="SocketException">Any other failure.</exception>
    public Received Receive(Span<byte> buffer, out int length)
    {
        length = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => Received.Datagram,
            SocketError.WouldBlock => Received.Nothing,
            SocketError.NoBufferSpaceAvailable => Received.Overrun, // ENOBUFS
            _ => throw new SocketException((int)error),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
