using System.Text;
using Connbeat.Config;

namespace Connbeat.Outputs.Http;

/// <summary>
/// Says in one line why events were not taken. The server has a say in it, and servers repeat what they are sent; so
/// secrets are taken out of what it says.
/// </summary>
internal sealed class HttpWords
{
    private const int LongestText = 200;

    /// <summary>Shorter values of headers and parameters are no secrets, and would be found in any word.</summary>
    private const int ShortestValue = 4;

    /// <summary>Shorter parts of a path are words, not keys.</summary>
    private const int ShortestKeyInPath = 16;

    private readonly string[] _secrets;

    /// <summary>Learns what is not to be said.</summary>
    public HttpWords(HttpOutputOptions options)
    {
        ProxyAddress[] proxies =
            [.. new[] { options.Proxy.Always, options.Proxy.ToHttp, options.Proxy.ToHttps }.OfType<ProxyAddress>()];
        IEnumerable<Secret?> passwords =
        [
            options.Password, options.BearerToken, options.Tls.KeyPassphrase,
            .. options.Hosts.Select(address => address.Password), .. proxies.Select(proxy => proxy.Password),
        ];
        IEnumerable<string> values =
        [
            .. options.Headers.SelectMany(header => header.Value.Value.Split(' ').Append(header.Value.Value)),
            .. options.Hosts.SelectMany(address => ValuesOf(address.Uri)),
            .. options.Hosts.Select(address => BasicCredentials.Encode(address.User ?? "", address.Password)),
            .. proxies.Select(proxy => BasicCredentials.Encode(proxy.User ?? "", proxy.Password)),
            BasicCredentials.Encode(options.Username, options.Password),
        ];
        _secrets =
        [
            .. passwords.OfType<Secret>().Select(password => password.Value).Where(password => password.Length > 0)
                .Concat(values.Where(value => value.Length >= ShortestValue))
                .SelectMany(value => (string[])[value, Uri.EscapeDataString(value)])
                .Distinct()
                .OrderByDescending(value => value.Length), // no secret is cut by another that stands in it
        ];
    }

    /// <summary>A server has answered.</summary>
    /// <param name="address">Which.</param>
    /// <param name="answer">Its head.</param>
    /// <param name="look">The beginning of its body.</param>
    /// <param name="isUnwell">True where that is no good answer, and what may mend it is to be said.</param>
    public string Of(HttpAddress address, HttpResponseMessage answer, byte[] look, bool isUnwell)
    {
        int status = (int)answer.StatusCode;
        string line = FirstLine($"{status} {answer.ReasonPhrase}");
        string said = answer.Content.Headers.ContentEncoding.Count == 0 ? FirstLine(Encoding.UTF8.GetString(look)) : "";
        string answered = said.Length > 0 ? $"{address} answered {line}: {said}" : $"{address} answered {line}";
        return status switch
        {
            >= 300 and < 400 =>
                $"{address} answered {line}; redirections are not followed, so name in output.http.hosts where it leads",
            _ when !isUnwell => answered,
            401 or 402 or 403 => $"{answered}; see that output.http says who asks, and that they may",
            407 => $"{answered}; see that output.http.proxy_url says who asks",
            404 or 405 or 410 or 421 => $"{answered}; see that output.http.hosts and path say where events are taken",
            _ => answered,
        };
    }

    /// <summary>There was no answer that could be read.</summary>
    /// <param name="address">Whose.</param>
    /// <param name="failure">What came instead.</param>
    /// <param name="transport">What was asked through, and what it may have lacked.</param>
    public string Of(HttpAddress address, Exception failure, WebTransport transport)
    {
        string asked = $"{address}{transport.WayTo(address.Uri)}";
        return failure is OperationCanceledException
            ? $"{asked} took no connection in time"
            : $"{asked}: {FirstLine(failure.GetBaseException().Message)}{transport.LackAt(address.Uri, failure)}";
    }

    /// <summary>There was no answer in time.</summary>
    public static string NoAnswer(HttpAddress address, TimeSpan patience) =>
        $"{address} gave no answer within {patience.TotalSeconds} s";

    private static IEnumerable<string> ValuesOf(Uri uri) =>
    [
        uri.PathAndQuery,
        uri.AbsolutePath,
        .. uri.AbsolutePath.Split('/').Where(part => part.Length >= ShortestKeyInPath),
        .. uri.Query.TrimStart('?').Split('&').Select(pair => Uri.UnescapeDataString(pair[(pair.IndexOf('=') + 1)..])),
    ];

    /// <summary>The first line that says something, in printable characters, without secrets and not too long.</summary>
    private string FirstLine(string text)
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
}
