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
    private volatile Func<HttpContext, Task> _answer;

    private WebListener(ListenAddress address, Func<HttpContext, Task> answer)
    {
        _answer = answer;
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
            options.ListenUnixSocket(socket);
        }
        else if (address.Address is { } ip)
        {
            options.Listen(IPAddress.Parse(ip), address.Port);
        }
        else
        {
            options.ListenAnyIP(address.Port);
        }

        _server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="answer">Answers a request. A failure of it is answered with 500.</param>
    /// <exception cref="IOException">The address is taken, or not this host's.</exception>
    /// <exception cref="SocketException">It may not be listened on.</exception>
    public static async Task<WebListener> OpenAsync(ListenAddress address, Func<HttpContext, Task> answer)
    {
        if (address.Socket is { } socket)
        {
            RemoveDeserted(socket);
        }

        WebListener listener = new(address, answer);
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

    /// <summary>Answers requests from the next one on. A failure of it is answered with 500.</summary>
    public Func<HttpContext, Task> Answer
    {
        set => _answer = value;
    }

    /// <summary>Where it listens, with the port that it got where 0 was asked for.</summary>
    public string Address => _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public Task ProcessRequestAsync(HttpContext context) => _answer(context);

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
}
