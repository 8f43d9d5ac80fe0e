using System.Net;
using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Http;

/// <summary>Makes requests, one at a time, over connections that it keeps, and judges what comes of them.</summary>
internal sealed class HttpPost : IDisposable
{
    /// <summary>The most bytes of an answer that are looked at for what it says.</summary>
    private const int LongestLook = 8 * 1024;

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly HttpWords _words;
    private readonly Dictionary<string, string> _headers;
    private readonly HttpMessageInvoker _http;

    /// <summary>Prepares to ask; connects only when it does.</summary>
    public HttpPost(HttpOutputOptions options, TimeProvider time)
    {
        _patience = options.RequestTimeout;
        _time = time;
        _words = new HttpWords(options);
        _headers = Headers(options);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = _patience < LongestConnect ? _patience : LongestConnect,
            MaxConnectionsPerServer = 1,

            // Longer than the pause between two agent_alive, so that a quiet agent keeps its connection; and not for
            // ever, so that a name that moves is followed.
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),

            // What nobody reads of an answer is thrown away, as long as that is cheaper than a new connection.
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(500),
            MaxResponseHeadersLength = 16,
        });
    }

    /// <summary>Sends a body to an address, once.</summary>
    /// <exception cref="OperationCanceledException">The token says abandon.</exception>
    public Task<HttpAnswer> SendAsync(
        HttpAddress address, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        AskAsync(address, HttpMethod.Post, body, HttpAnswer.Judge, cancellationToken);

    /// <summary>Asks an address for no more than its head.</summary>
    public async Task<FarEnd> ProbeAsync(HttpAddress address, TimeSpan patience)
    {
        using CancellationTokenSource late = new(patience, _time);
        try
        {
            HttpAnswer answer = await AskAsync(address, HttpMethod.Head, body: null, HttpAnswer.JudgeProbe, late.Token);
            return new FarEnd(answer.Verdict is HttpVerdict.Taken, answer.Reason);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new FarEnd(Answers: false, HttpWords.NoAnswer(address, patience));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpAnswer> AskAsync(
        HttpAddress address,
        HttpMethod method,
        ReadOnlyMemory<byte>? body,
        Func<HttpStatusCode, HttpVerdict> judge,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(_patience, _time);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using HttpRequestMessage request = Request(address, method, body);
            using HttpResponseMessage answer = await _http.SendAsync(request, either.Token);
            HttpVerdict verdict = judge(answer.StatusCode);
            if (verdict is HttpVerdict.Taken && method == HttpMethod.Post)
            {
                return new HttpAnswer(verdict);
            }

            byte[] look = await LookAsync(answer.Content, either.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return new HttpAnswer(
                verdict, _words.Of(address, answer, look), verdict is HttpVerdict.Later ? AskedFor(answer) : null);
        }
        catch (Exception failure) when (
            failure is HttpRequestException or IOException ||
            (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new HttpAnswer(HttpVerdict.Later, patience.IsCancellationRequested
                ? HttpWords.NoAnswer(address, _patience)
                : _words.Of(address, failure));
        }
    }

    /// <summary>What every request says; the user has the last word.</summary>
    private static Dictionary<string, string> Headers(HttpOutputOptions options)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["User-Agent"] = "connbeat",
            ["Accept"] = "application/json",
            ["Content-Type"] = HttpBody.ContentType(options.Format),
        };
        if (options.CompressionLevel > 0)
        {
            headers["Content-Encoding"] = "gzip";
        }

        if (options.Username.Length > 0)
        {
            headers["Authorization"] = $"Basic {BasicCredentials.Encode(options.Username, options.Password)}";
        }
        else if (options.BearerToken is { } token)
        {
            headers["Authorization"] = $"Bearer {token.Value}";
        }

        foreach ((string name, Secret value) in options.Headers)
        {
            headers[name] = value.Value;
        }

        return headers;
    }

    private HttpRequestMessage Request(HttpAddress address, HttpMethod method, ReadOnlyMemory<byte>? body)
    {
        ReadOnlyMemoryContent? content = body is { } bytes ? new(bytes) : null;
        HttpRequestMessage request = new(method, address.Uri) { Content = content };
        foreach ((string name, string value) in _headers)
        {
            // The head of a request takes no header of a body.
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (address.User is { } user)
        {
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation(
                "Authorization", $"Basic {BasicCredentials.Encode(user, address.Password)}");
        }

        return request;
    }

    /// <summary>The beginning of an answer, as far as it comes.</summary>
    private static async Task<byte[]> LookAsync(HttpContent content, CancellationToken cancellationToken)
    {
        byte[] look = new byte[LongestLook];
        int length = 0;
        try
        {
            using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
            while (length < look.Length && await stream.ReadAsync(look.AsMemory(length), cancellationToken) is > 0 and int read)
            {
                length += read;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            // The status has come, and that is what counts.
        }

        return look[..length];
    }

    /// <summary>Retry-After, in seconds or as a date; RFC 9110, section 10.2.3.</summary>
    private TimeSpan? AskedFor(HttpResponseMessage answer)
    {
        TimeSpan? after = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => null,
        };
        return after > LongestPause ? LongestPause : after > TimeSpan.Zero ? after : null;
    }
}
