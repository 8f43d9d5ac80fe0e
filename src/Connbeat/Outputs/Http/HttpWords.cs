using System.Text;
using Connbeat.Config;

namespace Connbeat.Outputs.Http;

/// <summary>
/// Says in one line why events were not taken. The server has a say in it, and servers repeat what they are sent; so
/// secrets are taken out of what it says.
/// </summary>
internal sealed class HttpWords
{
    private readonly SpokenText _spoken;

    /// <summary>Learns what is not to be said.</summary>
    public HttpWords(HttpOutputOptions options) => _spoken = new SpokenText(
        options.Hosts, options.Headers, options.Proxy,
        [options.Password, options.BearerToken, options.Tls.KeyPassphrase],
        [BasicCredentials.Encode(options.Username, options.Password)]);

    /// <summary>A server has answered.</summary>
    /// <param name="address">Which.</param>
    /// <param name="answer">Its head.</param>
    /// <param name="look">The beginning of its body.</param>
    /// <param name="isUnwell">True where that is no good answer, and what may mend it is to be said.</param>
    public string Of(HttpAddress address, HttpResponseMessage answer, byte[] look, bool isUnwell)
    {
        int status = (int)answer.StatusCode;
        string line = _spoken.FirstLine($"{status} {answer.ReasonPhrase}");
        string said = answer.Content.Headers.ContentEncoding.Count == 0 ? _spoken.FirstLine(Encoding.UTF8.GetString(look)) : "";
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
            : $"{asked}: {_spoken.FirstLine(failure.GetBaseException().Message)}{transport.LackAt(address.Uri, failure)}";
    }

    /// <summary>There was no answer in time.</summary>
    public static string NoAnswer(HttpAddress address, TimeSpan patience) =>
        $"{address} gave no answer within {patience.TotalSeconds} s";
}
