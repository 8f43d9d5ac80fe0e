using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Connbeat.Config;

/// <summary>Where a page is served: <c>host:port</c>, <c>:port</c> for every address of this host, or <c>unix:/path</c>.</summary>
/// <param name="Address">The address, of IPv4 or IPv6; null for every one.</param>
/// <param name="Port">The port; 0 for one that is free.</param>
/// <param name="Socket">The path of a unix socket; null for a port.</param>
internal sealed record ListenAddress(string? Address, ushort Port, string? Socket)
{
    private const string UnixPrefix = "unix:";

    /// <summary>What can be written.</summary>
    public const string Expected = "an address and port such as 127.0.0.1:9479 or [::1]:9479, :9479 for every address, or unix:/path";

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out ListenAddress address)
    {
        address = null;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            address = text.Length > UnixPrefix.Length ? new ListenAddress(null, 0, text[UnixPrefix.Length..]) : null;
            return address is not null;
        }

        int colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        string host = text[..colon].Trim('[', ']');
        IPAddress? parsed = null;
        if (host is not ("" or "*") && !IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out parsed))
        {
            return false;
        }

        address = new ListenAddress(parsed?.ToString(), port, null);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Socket is not null ? UnixPrefix + Socket
        : Address is null ? $":{Port}"
        : new IPEndPoint(IPAddress.Parse(Address), Port).ToString();
}
