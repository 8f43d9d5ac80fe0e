using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using Connbeat.Config;

namespace Connbeat.Outputs;

/// <summary>
/// Takes requests to web servers: over TLS and through a proxy where that is configured, one at a time for each server,
/// over connections that it keeps. It follows no redirection and keeps no cookie.
/// </summary>
internal sealed class WebTransport : IDisposable
{
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);

    private readonly ProxyOptions _proxy;
    private readonly TlsClient _tls;
    private readonly HttpMessageInvoker _http;

    /// <summary>Prepares to connect.</summary>
    /// <param name="tls">How TLS is spoken.</param>
    /// <param name="proxy">Which proxy leads where.</param>
    /// <param name="patience">The longest that one request may take; to connect may take less.</param>
    public WebTransport(TlsOptions tls, ProxyOptions proxy, TimeSpan patience)
    {
        _proxy = proxy;
        _tls = new TlsClient(tls);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = _tls.Options,
            Proxy = new Proxies(proxy),
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = patience < LongestConnect ? patience : LongestConnect,
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

    /// <summary>Makes a request.</summary>
    /// <exception cref="HttpRequestException">There is no answer.</exception>
    /// <exception cref="IOException">As the other.</exception>
    /// <exception cref="OperationCanceledException">The token says so, or nobody took the connection in time.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Else each body would go to the proxy twice: it has to ask who is there before it is told.
        if (request.RequestUri is { Scheme: "http" } address && _proxy.Of(address) is { Uri.Scheme: "http", User: { } user } proxy)
        {
            string credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{proxy.Password?.Value}"));
            request.Headers.ProxyAuthorization = new AuthenticationHeaderValue("Basic", credentials);
        }

        return _http.SendAsync(request, cancellationToken);
    }

    /// <summary>The way to a server, where it is not the straight one: begins with a space, or is empty.</summary>
    public string WayTo(Uri address) => _proxy.Of(address) is { } proxy ? $" by way of the proxy {proxy}" : "";

    /// <summary>What may be the reason why a server hung up: begins with a semicolon, or is empty.</summary>
    /// <remarks>One that wants a certificate lets a client finish its half of TLS 1.3 first, and often says no word.</remarks>
    public string LackAt(Uri address, Exception failure) =>
        failure.GetBaseException() is not AuthenticationException && address.Scheme == Uri.UriSchemeHttps &&
        _tls.LackedCertificateFor(address.IdnHost)
            ? "; it asks for a client certificate, and ssl.certificate names none"
            : "";

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _tls.Dispose();
    }

    /// <summary>Tells the BCL which proxy leads where.</summary>
    private sealed class Proxies(ProxyOptions options) : IWebProxy, ICredentials
    {
        public ICredentials? Credentials { get => this; set => throw new NotSupportedException(); }

        public Uri? GetProxy(Uri destination) => options.Of(destination)?.Uri;

        public bool IsBypassed(Uri host) => options.Of(host) is null;

        /// <summary>Asked with the address of the proxy.</summary>
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            ProxyAddress? proxy = new[] { options.Always, options.ToHttp, options.ToHttps }
                .FirstOrDefault(one => one is not null && one.Uri == uri);
            return proxy?.User is { } user ? new NetworkCredential(user, proxy.Password?.Value) : null;
        }
    }
}
