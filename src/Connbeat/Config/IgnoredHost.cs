using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Connbeat.Config;

/// <summary>A far end, or all in a network, that is not to be counted.</summary>
/// <param name="Network">Its address; all in the network where it is one.</param>
/// <param name="Port">Its port; null for all.</param>
internal readonly record struct IgnoredHost(IPNetwork Network, ushort? Port)
{
    /// <summary>What can be written.</summary>
    public const string Expected = "an address and port such as 192.0.2.1:443 or [2001:db8::1]:443, an address, or a network";

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out IgnoredHost host)
    {
        host = default;
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            host = new IgnoredHost(network, null);
            return true;
        }

        int colon = text.LastIndexOf(':');
        bool hasPort = colon > 0 && (text[colon - 1] == ']' || text.IndexOf(':', StringComparison.Ordinal) == colon);
        ushort port = 0;
        if (hasPort && !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return false;
        }

        string address = hasPort ? text[..colon] : text;
        if (!IPAddress.TryParse(address, out IPAddress? parsed))
        {
            return false;
        }

        host = new IgnoredHost(new IPNetwork(parsed, parsed.GetAddressBytes().Length * 8), hasPort ? port : null);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Port is { } port
        ? new IPEndPoint(Network.BaseAddress, port).ToString()
        : $"{Network}";
}
