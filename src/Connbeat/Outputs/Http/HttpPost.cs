using System.Net;
using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Http;

/// <summary>Makes requests, one at a time, over connections that it keeps, and judges what comes of them.</summary>
internal sealed class HttpPost : IDisposable
{
    /// <summary>The most bytes of an answer that are looked at for what it says.</summary>
    private const int LongestLook = 8 * 1024;

    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly HttpWords _words;
    private readonly Dictionary<string, string> _headers;
    private readonly WebTransport _transport;

    /// <summary>Prepares to ask; connects only when it does.</summary>
    public HttpPost(HttpOutputOptions options, TimeProvider time)
    {
        _patience = options.RequestTimeout;
        _time = time;
        _words = new HttpWords(options);
        _headers = Headers(options);
        _transport = new WebTransport(options.Tls, options.Proxy, _patience);
    }

    /// <summary>Sends a body to an address, once.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="body">What.</param>
    /// <param name="key">What the server may know it by; see <see cref="IdempotencyKey"/>.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    /// <exception cref="OperationCanceledException">The token says abandon.</exception>
    public async Task<HttpAnswer> SendAsync(
        HttpAddress address, ReadOnlyMemory<byte> body, string key, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(address, HttpMethod.Post, new ReadOnlyMemoryContent(body));
        request.Headers.TryAddWithoutValidation(IdempotencyKey.Name, key);
        return await AskAsync(address, request, HttpAnswer.Judge, cancellationToken);
    }

    /// <summary>Asks an address for no more than its head.</summary>
    public async Task<FarEnd> ProbeAsync(HttpAddress address, TimeSpan patience)
    {
        using CancellationTokenSource late = new(patience, _time);
        try
        {
            using HttpRequestMessage request = Request(address, HttpMethod.Head, content: null);
            HttpAnswer answer = await AskAsync(address, request, HttpAnswer.JudgeProbe, late.Token);
            return new FarEnd(answer.Verdict is HttpVerdict.Taken, answer.Reason);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new FarEnd(Answers: false, HttpWords.NoAnswer(address, patience));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private async Task<HttpAnswer> AskAsync(
        HttpAddress address,
        HttpRequestMessage request,
        Func<HttpStatusCode, HttpVerdict> judge,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(_patience, _time);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using HttpResponseMessage answer = await _transport.SendAsync(request, either.Token);
            HttpVerdict verdict = judge(answer.StatusCode);
            if (verdict is HttpVerdict.Taken && request.Method == HttpMethod.Post)
            {
                return new HttpAnswer(verdict);
            }

            byte[] look = await LookAsync(answer.Content, either.Token);
            cancellationToken.ThrowIfCancellationRequested();
            bool isUnwell = verdict is HttpVerdict.Later;
            return new HttpAnswer(
                verdict, _words.Of(address, answer, look, isUnwell), isUnwell ? RetryAfter.Of(answer, _time) : null);
        }
        catch (Exception failure) when (
            failure is HttpRequestException or IOException ||
            (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new HttpAnswer(HttpVerdict.Later, patience.IsCancellationRequested
                ? HttpWords.NoAnswer(address, _patience)
                : _words.Of(address, failure, _transport));
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

    private HttpRequestMessage Request(HttpAddress address, HttpMethod method, HttpContent? content)
    {
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
}
