using System.Net.Sockets;
using System.Text;

namespace Connbeat.Linux;

/// <summary>
/// Tells a service manager how a service fares, by datagrams to the socket that it names in NOTIFY_SOCKET; sd_notify(3).
/// Nobody waits: what finds no room is lost.
/// </summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly UnixDomainSocketEndPoint _manager;

    private NotifySocket(UnixDomainSocketEndPoint manager) => _manager = manager;

    /// <summary>Null where nobody is named, or in no way that is understood here, such as vsock.</summary>
    /// <param name="address">A path, or @ and an abstract name; unix(7).</param>
    public static NotifySocket? Open(string? address)
    {
        if (address is not ['/' or '@', _, ..])
        {
            return null;
        }

        try
        {
            return new NotifySocket(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // longer than an address may be
        }
    }

    /// <summary>Tells it.</summary>
    /// <param name="assignments">Such as READY=1, a line each.</param>
    /// <returns>False where it was not taken.</returns>
    public bool Tell(params ReadOnlySpan<string> assignments)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', assignments)), _manager);
            return true;
        }
        catch (SocketException)
        {
            return false; // it is gone, or busy
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
