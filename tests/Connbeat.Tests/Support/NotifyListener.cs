using System.Net.Sockets;
using System.Text;

namespace Connbeat.Tests.Support;

/// <summary>The end of a notify socket that systemd has.</summary>
internal sealed class NotifyListener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly string? _file;

    /// <summary>Listens.</summary>
    /// <param name="isAbstract">True where its address is no file.</param>
    public NotifyListener(bool isAbstract = false)
    {
        string name = Path.Combine(Path.GetTempPath(), $"connbeat-{Guid.NewGuid():N}");
        _file = isAbstract ? null : name;
        Address = isAbstract ? '@' + name : name;
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name : name));
        _socket.ReceiveTimeout = 10_000;
    }

    /// <summary>What NOTIFY_SOCKET would be.</summary>
    public string Address { get; }

    /// <summary>True where something was told and not read.</summary>
    public bool HasMore => _socket.Available > 0;

    /// <summary>The next message, its lines joined by a space.</summary>
    public string Next()
    {
        byte[] message = new byte[4096];
        return Encoding.UTF8.GetString(message, 0, _socket.Receive(message)).Replace('\n', ' ');
    }

    public void Dispose()
    {
        _socket.Dispose();
        if (_file is not null)
        {
            File.Delete(_file);
        }
    }
}
