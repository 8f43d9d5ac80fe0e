using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Connbeat.StrongSwan.Vici;

/// <summary>Where the daemon listens: <c>/path</c>, <c>unix:///path</c>, <c>tcp://host:port</c> or <c>host:port</c>.</summary>
/// <param name="EndPoint">The same for a socket.</param>
internal sealed record ViciAddress(EndPoint EndPoint)
{
    /// <summary>What can be written.</summary>
    public const string Expected = "a path such as /var/run/charon.vici, unix:///path, or an address and port such as tcp://127.0.0.1:4502";

    private const string Unix = "unix://", Tcp = "tcp://";
    private const int LongestPath = 107; // of sockaddr_un

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out ViciAddress address)
    {
        address = null;
        string path = text.StartsWith(Unix, StringComparison.Ordinal) ? text[Unix.Length..] : text;
        if (path.StartsWith('/'))
        {
            address = path.Contains('\0') || Encoding.UTF8.GetByteCount(path) > LongestPath
                ? null
                : new ViciAddress(new UnixDomainSocketEndPoint(path));
            return address is not null;
        }

        string at = text.StartsWith(Tcp, StringComparison.Ordinal) ? text[Tcp.Length..] : text;
        int colon = at.LastIndexOf(':');
        string host = colon < 0 ? "" : at[..colon];
        if (host.Length == 0 || host.Contains('/') ||
            !ushort.TryParse(at.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0)
        {
            return false;
        }

        address = new ViciAddress(
            IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => EndPoint switch
    {
        DnsEndPoint named => $"{named.Host}:{named.Port}",
        _ => EndPoint.ToString() ?? "",
    };

    /// <summary>A socket of the right kind.</summary>
    public Socket MakeSocket() => EndPoint switch
    {
        UnixDomainSocketEndPoint => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
        IPEndPoint ip => new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp),
        _ => new Socket(SocketType.Stream, ProtocolType.Tcp),
    };
}
