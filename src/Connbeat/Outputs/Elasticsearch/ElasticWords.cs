using System.Text;
using Connbeat.Config;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>Says in one line what a server has against a request, and what may mend it.</summary>
internal sealed class ElasticWords
{
    private readonly string _section;
    private readonly SpokenText _spoken;

    /// <summary>Learns what is not to be said.</summary>
    public ElasticWords(ElasticConnection connection)
    {
        _section = connection.Section;
        _spoken = new SpokenText(
            connection.Hosts, connection.Headers, connection.Proxy,
            [connection.Password, connection.ApiKey, connection.BearerToken, connection.Tls.KeyPassphrase],
            [BasicCredentials.Encode(connection.Username, connection.Password)]);
    }

    /// <summary>One printable line, without secrets and not too long.</summary>
    public string Printable(string said) => _spoken.FirstLine(said);

    /// <summary>A server has answered, and not with 2xx.</summary>
    public string Of(HttpAddress host, HttpResponseMessage head, ElasticAnswer answer)
    {
        string line = _spoken.FirstLine($"{answer.Status} {head.ReasonPhrase}");
        string said = _spoken.FirstLine(answer.Error?.ToString() ?? Plain(head, answer.Body.Span));
        string answered = said.Length > 0 ? $"{host} answered {line}: {said}" : $"{host} answered {line}";
        return answer.Status switch
        {
            >= 300 and < 400 =>
                $"{host} answered {line}; redirections are not followed, so name in {_section} where it leads",
            401 or 402 or 403 => $"{answered}; see that {_section} says who asks, and that they may",
            407 => $"{answered}; see that {_section}.proxy_url says who asks",
            404 or 405 or 410 or 421 => $"{answered}; see that {_section} says where it is, and below which path",
            406 or 415 => $"{answered}; see that {_section}.headers leaves the kind of the content alone",
            _ => answered,
        };
    }

    /// <summary>There was no answer that could be read.</summary>
    public string Of(HttpAddress host, Exception failure, WebTransport transport)
    {
        string asked = $"{host}{transport.WayTo(host.Uri)}";
        return failure is OperationCanceledException
            ? $"{asked} took no connection in time"
            : $"{asked}: {_spoken.FirstLine(failure.GetBaseException().Message)}{transport.LackAt(host.Uri, failure)}";
    }

    /// <summary>What stands in a body that is not Elasticsearch's: that of a proxy, which knows nothing of events.</summary>
    private static string Plain(HttpResponseMessage head, ReadOnlySpan<byte> body) =>
        head.Content.Headers.ContentEncoding.Count == 0 && !body.StartsWith("{"u8) ? Encoding.UTF8.GetString(body) : "";
}
