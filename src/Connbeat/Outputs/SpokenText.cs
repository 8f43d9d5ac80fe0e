using System.Text;
using Connbeat.Config;

namespace Connbeat.Outputs;

/// <summary>What a server says, made fit for a log: it repeats what it is sent, so secrets are taken out of it.</summary>
internal sealed class SpokenText
{
    private const int LongestText = 200;

    /// <summary>Shorter values of headers and parameters are no secrets, and would be found in any word.</summary>
    private const int ShortestValue = 4;

    /// <summary>Shorter parts of a path are words, not keys.</summary>
    private const int ShortestKeyInPath = 16;

    private readonly string[] _secrets;

    /// <summary>Learns what is not to be said.</summary>
    /// <param name="hosts">The servers: their passwords, paths and queries.</param>
    /// <param name="headers">What stands in the head of each request.</param>
    /// <param name="proxies">Who asks a proxy.</param>
    /// <param name="passwords">Other secrets, however short.</param>
    /// <param name="derived">What is made of them, such as the credentials of basic authentication.</param>
    public SpokenText(
        IReadOnlyList<HttpAddress> hosts,
        IEnumerable<KeyValuePair<string, Secret>> headers,
        ProxyOptions proxies,
        IEnumerable<Secret?> passwords,
        IEnumerable<string> derived)
    {
        ProxyAddress[] asked = [.. new[] { proxies.Always, proxies.ToHttp, proxies.ToHttps }.OfType<ProxyAddress>()];
        IEnumerable<string> values =
        [
            .. headers.SelectMany(header => header.Value.Value.Split(' ').Append(header.Value.Value)),
            .. hosts.SelectMany(address => ValuesOf(address.Uri)),
            .. hosts.Select(address => BasicCredentials.Encode(address.User ?? "", address.Password)),
            .. asked.Select(proxy => BasicCredentials.Encode(proxy.User ?? "", proxy.Password)),
            .. derived,
        ];
        _secrets =
        [
            .. passwords.Concat(hosts.Select(address => address.Password)).Concat(asked.Select(proxy => proxy.Password))
                .OfType<Secret>().Select(password => password.Value).Where(password => password.Length > 0)
                .Concat(values.Where(value => value.Length >= ShortestValue))
                .SelectMany(value => (string[])[value, Uri.EscapeDataString(value)])
                .Distinct()
                .OrderByDescending(value => value.Length), // no secret is cut by another that stands in it
        ];
    }

    /// <summary>The first line that says something, in printable characters, without secrets and not too long.</summary>
    public string FirstLine(string text)
    {
        string line = text.Split('\n', '\r').Select(part => part.Trim()).FirstOrDefault(part => part.Length > 0, "");
        foreach (string secret in _secrets)
        {
            line = line.Replace(secret, Secret.Shown, StringComparison.Ordinal);
        }

        StringBuilder printable = new();
        foreach (Rune rune in line.EnumerateRunes())
        {
            if (printable.Length >= LongestText)
            {
                printable.Append('…');
                break;
            }

            printable.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
        }

        return printable.ToString().TrimEnd('.', ' ');
    }

    private static IEnumerable<string> ValuesOf(Uri uri) =>
    [
        uri.PathAndQuery,
        uri.AbsolutePath,
        .. uri.AbsolutePath.Split('/').Where(part => part.Length >= ShortestKeyInPath),
        .. uri.Query.TrimStart('?').Split('&').Select(pair => Uri.UnescapeDataString(pair[(pair.IndexOf('=') + 1)..])),
    ];
}
