using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connbeat.Config;

namespace Connbeat.Enrichment.Docker;

/// <summary>Connects to a container engine: over its unix socket, TCP or TLS, and never through a proxy.</summary>
internal static class DockerTransport
{
    /// <summary>How long a connection may take, its TLS included: less than an answer.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A connection for each request, so that none is kept where there is nothing to ask.</summary>
    /// <exception cref="ConfigException">The certificates can't be read.</exception>
    public static SocketsHttpHandler Open(DockerEndpoint endpoint) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.Zero,
        ResponseDrainTimeout = TimeSpan.Zero,
        ConnectCallback = endpoint.SocketPath is { } path
            ? (_, stop) => ConnectAsync(UnixSocket(), new UnixDomainSocketEndPoint(path), stop)
            : (context, stop) => ConnectAsync(TcpSocket(), context.DnsEndPoint, stop),
        SslOptions = endpoint.CertificateFolder is { } folder ? Certificates(folder) : new(),
    };

    private static Socket UnixSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Notices within a minute that the other machine is gone: events may be silent for days.</summary>
    private static Socket TcpSocket()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        return socket;
    }

    private static async ValueTask<Stream> ConnectAsync(Socket socket, EndPoint to, CancellationToken stop)
    {
        try
        {
            await socket.ConnectAsync(to, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What Docker keeps in DOCKER_CERT_PATH; see https://docs.docker.com/engine/security/protect-access/.</summary>
    private static SslClientAuthenticationOptions Certificates(string folder)
    {
        try
        {
            X509ChainPolicy trust = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            trust.CustomTrustStore.ImportFromPemFile(Path.Combine(folder, "ca.pem"));
            string certificate = Path.Combine(folder, "cert.pem");
            string key = Path.Combine(folder, "key.pem");
            return new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = trust,
                ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, key)],
            };
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            string message = $"DOCKER_CERT_PATH is '{folder}'; expected ca.pem, cert.pem and key.pem there: {failure.Message}";
            throw new ConfigException([new ConfigFault(null, message)]);
        }
    }
}
