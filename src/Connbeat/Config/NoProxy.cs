using System.Globalization;
using System.Net;

namespace Connbeat.Config;

/// <summary>
/// What <c>NO_PROXY</c> means: names (<c>example.com</c>, with all below it; <c>.example.com</c>, only those below it),
/// addresses and networks (<c>192.0.2.0/24</c>), each with a port or without, or <c>*</c> for all; as
/// https://pkg.go.dev/golang.org/x/net/http/httpproxy has it. No proxy leads to this host itself.
/// </summary>
internal static class NoProxy
{
    /// <summary>True where a list names an address, so that no proxy is asked.</summary>
    public static bool Names(string list, Uri address)
    {
        string host = address.IdnHost.TrimEnd('.');
        IPAddress? ip = IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? parsed) ? parsed : null;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ||
            (ip is not null && IPAddress.IsLoopback(ip)) ||
            Array.Exists(
                list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                entry => Matches(entry, host, ip, address.Port));
    }

    private static bool Matches(string entry, string host, IPAddress? ip, int port)
    {
        if (entry == "*")
        {
            return true;
        }

        if (IPNetwork.TryParse(entry, out IPNetwork network))
        {
            return ip is not null && network.Contains(ip);
        }

        if (IPAddress.TryParse(entry.Trim('[', ']'), out IPAddress? alone))
        {
            return alone.Equals(ip);
        }

        int colon = entry.LastIndexOf(':');
        if (colon >= 0 && int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int own))
        {
            return own == port && Matches(entry[..colon], host, ip, port);
        }

        string name = entry.TrimStart('*');
        return name.StartsWith('.')
            ? host.EndsWith(name, StringComparison.OrdinalIgnoreCase) && host.Length > name.Length
            : host.Equals(name, StringComparison.OrdinalIgnoreCase) ||
                host.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase);
    }
}
