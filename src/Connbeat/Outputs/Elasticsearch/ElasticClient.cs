using Connbeat.Config;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>Asks Elasticsearch, OpenSearch or Kibana something, once, and reads the whole answer as far as it may go.</summary>
internal sealed class ElasticClient : IDisposable
{
    /// <summary>What a line of JSON after the other is.</summary>
    public const string NewlineDelimited = "application/x-ndjson";

    /// <summary>What one JSON object is.</summary>
    public const string Json = "application/json";

    private readonly ElasticConnection _connection;
    private readonly TimeProvider _time;
    private readonly ElasticWords _words;
    private readonly WebTransport _transport;

    /// <summary>Prepares to ask; connects only when it does.</summary>
    public ElasticClient(ElasticConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
        _words = new ElasticWords(connection);
        _transport = new WebTransport(connection.Tls, connection.Proxy, connection.Timeout);
    }

    /// <summary>What a server says, fit for a log.</summary>
    public string Printable(string said) => _words.Printable(said);

    /// <summary>Asks one server.</summary>
    /// <param name="host">Which.</param>
    /// <param name="method">How.</param>
    /// <param name="target">For what, such as <c>/_bulk</c>.</param>
    /// <param name="content">What is sent; null for nothing.</param>
    /// <param name="mostBytes">The longest answer that is read; a longer one counts as none.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    /// <exception cref="OperationCanceledException">The token says abandon.</exception>
    public async Task<ElasticAnswer> AskAsync(
        HttpAddress host, HttpMethod method, string target, ElasticContent? content, int mostBytes, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(_connection.Timeout, _time);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using HttpRequestMessage request = Request(host, method, target, content);
            using HttpResponseMessage answer = await _transport.SendAsync(request, either.Token);
            int status = (int)answer.StatusCode;
            if (await ReadAsync(answer.Content, mostBytes, either.Token) is not { } body)
            {
                return new ElasticAnswer(0, default, $"{host} answered {status} with more than {mostBytes} bytes");
            }

            ElasticAnswer read = new(status, body);
            return read.IsGood ? read : read with { Words = _words.Of(host, answer, read), After = RetryAfter.Of(answer, _time) };
        }
        catch (Exception failure) when (
            failure is HttpRequestException or IOException ||
            (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new ElasticAnswer(0, default, patience.IsCancellationRequested
                ? $"{host} gave no answer within {_connection.Timeout.TotalSeconds} s"
                : _words.Of(host, failure, _transport));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private HttpRequestMessage Request(HttpAddress host, HttpMethod method, string target, ElasticContent? content)
    {
        HttpRequestMessage request = new(method, host.Below(target));
        if (content is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body.Bytes);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", body.Type);
            if (body.IsGzip)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
            }
        }

        request.Headers.TryAddWithoutValidation("User-Agent", "connbeat");
        request.Headers.TryAddWithoutValidation("Accept", Json);
        if (content?.IsForm == true)
        {
            request.Headers.TryAddWithoutValidation("kbn-xsrf", "connbeat");
            request.Headers.TryAddWithoutValidation("osd-xsrf", "connbeat");
        }

        if (Authorization(host) is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach ((string name, Secret value) in _connection.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value.Value);
        }

        return request;
    }

    private string? Authorization(HttpAddress host) =>
        host.User is { } user ? $"Basic {BasicCredentials.Encode(user, host.Password)}"
        : _connection.Username.Length > 0 ? $"Basic {BasicCredentials.Encode(_connection.Username, _connection.Password)}"
        : _connection.ApiKey is { } key ? $"ApiKey {key.Value}"
        : _connection.BearerToken is { } token ? $"Bearer {token.Value}"
        : null;

    /// <summary>The whole of a body; null where it is longer than allowed.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContent content, int mostBytes, CancellationToken cancellationToken)
    {
        using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] bytes = new byte[Math.Min(content.Headers.ContentLength ?? 4096, mostBytes) + 1];
        int length = 0;
        while (await stream.ReadAsync(bytes.AsMemory(length), cancellationToken) is > 0 and int read)
        {
            length += read;
            if (length > mostBytes)
            {
                return null;
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(bytes.Length * 2, mostBytes + 1));
            }
        }

        return bytes[..length];
    }
}
