using System.Net.Sockets;
using System.Runtime.InteropServices;
using Connbeat.Linux.Netlink;

namespace Connbeat.Linux.Conntrack;

/// <summary>
/// What becomes of flows in the network namespace that it was opened in. Whoever wants to know what there is already
/// subscribes first and dumps then: what changes meanwhile waits here. One thread at a time.
/// </summary>
/// <param name="take">Takes each change.</param>
/// <param name="overran">Takes how many messages the kernel had no room for.</param>
/// <param name="notUnderstood">Takes why a message is passed over.</param>
internal sealed class ConntrackChanges(ConntrackReader take, Action<long> overran, Action<string> notUnderstood) : IDisposable
{
    private readonly ConntrackSocket _socket = new();
    private uint _drops;

    /// <summary>What to wait on; see <see cref="Epoll"/>.</summary>
    public SafeHandle Handle => _socket.Handle;

    /// <summary>Begins to listen.</summary>
    /// <param name="bufferBytes">The receive buffer, as far as it is granted.</param>
    /// <exception cref="SocketException">The kernel has no conntrack, or this user may not listen.</exception>
    public void Subscribe(int bufferBytes) => _socket.Subscribe(bufferBytes);

    /// <summary>Takes in what is there now, at most one datagram.</summary>
    public NetlinkSocket.Received Read()
    {
        try
        {
            NetlinkSocket.Received received = _socket.Read(take);
            if (received is NetlinkSocket.Received.Overrun)
            {
                uint drops = _socket.Drops;
                overran(drops - _drops);
                _drops = drops;
            }

            return received;
        }
        catch (WireFormatException damage)
        {
            notUnderstood(damage.Message);
            return NetlinkSocket.Received.Datagram;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
