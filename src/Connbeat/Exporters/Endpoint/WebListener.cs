using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Connbeat.Exporters.Endpoint;

/// <summary>
/// Kestrel on one address, without the framework around it: nothing of the environment or of files reaches it. It answers
/// as it is told to, and keeps whoever is slow or sends too much from costing the others anything.
/// </summary>
internal sealed class WebListener : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private const int LargestLine = 8 * 1024;

    private readonly KestrelServer _server;
    private readonly Visitor _visitor;
    private volatile Served _served;

    private WebListener(ListenAddress address, Func<HttpContext, Task> answer, WebAccess? access)
    {
        _served = new Served(answer, access);
        _visitor = new Visitor(IsLocal: address.Socket is not null);
        KestrelServerOptions options = new() { AddServerHeader = false };
        KestrelServerLimits limits = options.Limits;
        limits.MaxConcurrentConnections = 1024;
        limits.MaxRequestLineSize = LargestLine;
        limits.MaxRequestHeadersTotalSize = 4 * LargestLine;
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestBodySize = 0; // nobody has anything to send
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        if (address.Socket is { } socket)
        {
            options.ListenUnixSocket(socket, Prepare);
        }
        else if (address.Address is { } ip)
        {
            options.Listen(IPAddress.Parse(ip), address.Port, Prepare);
        }
        else
        {
            options.ListenAnyIP(address.Port, Prepare);
        }

        _server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="answer">Answers a request. A failure of it is answered with 500.</param>
    /// <param name="access">Who is let in; null for everybody.</param>
    /// <exception cref="IOException">The address is taken, or not this host's.</exception>
    /// <exception cref="SocketException">It may not be listened on.</exception>
    public static async Task<WebListener> OpenAsync(
        ListenAddress address, Func<HttpContext, Task> answer, WebAccess? access = null)
    {
        if (address.Socket is { } socket)
        {
            RemoveDeserted(socket);
        }

        WebListener listener = new(address, answer, access);
        try
        {
            await listener._server.StartAsync(listener, CancellationToken.None);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }

    private void Prepare(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection => _served.Access?.TlsOptions is { } tls
            ? TlsConnections.MeetAsync(connection, tls, next)
            : next(connection));
    }

    /// <summary>A process that was killed has left its socket, and nobody can listen there before it is gone.</summary>
    private static void RemoveDeserted(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // There is none, or it is not for us to judge.
        }
    }

    /// <summary>Answers requests so from the next one on, and lets in these from the next connection on.</summary>
    public void Serve(Func<HttpContext, Task> answer, WebAccess? access) => _served = new Served(answer, access);

    /// <summary>Where it listens, with the port that it got where 0 was asked for.</summary>
    public string Address => _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        Served served = _served;
        context.Features.Set(served.Access is { Authenticates: true } ? Visitor.Known : _visitor);
        if (served.Access is null || await served.Access.AdmitsAsync(context))
        {
            await served.Answer(context);
        }
    }

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
        await _server.StopAsync(patience.Token);
        _server.Dispose();
    }

    /// <summary>What is served now.</summary>
    private sealed record Served(Func<HttpContext, Task> Answer, WebAccess? Access);
}
