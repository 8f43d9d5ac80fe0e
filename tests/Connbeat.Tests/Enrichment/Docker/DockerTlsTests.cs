using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connbeat.Config;
using Connbeat.Enrichment.Docker;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class DockerTlsTests : IDisposable
{
    private static readonly DateTimeOffset Year2026 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-tls-").FullName;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _authority = Certificate("CN=authority", null, TimeSpan.FromDays(36500));

    public DockerTlsTests() => _listener.Start();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_engine_behind_TLS_is_shown_a_certificate_and_has_to_show_one()
    {
        Write("ca.pem", _authority.ExportCertificatePem());
        Keep(Certificate("CN=agent", _authority, TimeSpan.FromDays(365)));
        using DockerApi api = Open("127.0.0.1");
        Task<string?> serving = ServeAsync(Certificate("CN=engine", _authority, TimeSpan.FromDays(365)));

        Assert.Equal("berlin-07", await api.HostnameAsync(Token).WaitAsync(FakeEngine.Limit, Token));
        Assert.Equal("CN=agent", await serving.WaitAsync(FakeEngine.Limit, Token));
    }

    [Fact]
    public async Task An_engine_that_somebody_else_vouches_for_is_not_asked()
    {
        using X509Certificate2 stranger = Certificate("CN=stranger", null, TimeSpan.FromDays(36500));
        Write("ca.pem", stranger.ExportCertificatePem());
        Keep(Certificate("CN=agent", stranger, TimeSpan.FromDays(365)));
        using DockerApi api = Open("127.0.0.1");
        Task<string?> serving = ServeAsync(Certificate("CN=engine", _authority, TimeSpan.FromDays(365)));

        DockerException refused = await Assert.ThrowsAsync<DockerException>(
            () => api.HostnameAsync(Token).WaitAsync(FakeEngine.Limit, Token));

        Assert.Equal(DockerFailure.Unreachable, refused.Kind);
        Assert.Contains("certificate", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Null(await serving.WaitAsync(FakeEngine.Limit, Token));
    }

    [Fact]
    public void Certificates_that_are_missing_or_none_are_faults_of_the_configuration()
    {
        string message = $"DOCKER_CERT_PATH is '{_folder}'; expected ca.pem, cert.pem and key.pem there: ";
        Assert.StartsWith(message, Assert.Throws<ConfigException>(() => Open("127.0.0.1")).Message, StringComparison.Ordinal);

        Write("ca.pem", _authority.ExportCertificatePem());
        Write("cert.pem", "no certificate");
        Write("key.pem", "no key");
        Assert.StartsWith(message, Assert.Throws<ConfigException>(() => Open("127.0.0.1")).Message, StringComparison.Ordinal);
    }

    private static X509Certificate2 Certificate(string name, X509Certificate2? issuer, TimeSpan lifetime)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        if (issuer is null)
        {
            return request.CreateSelfSigned(Year2026.AddYears(-1), Year2026 + lifetime);
        }

        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 bare = request.Create(issuer, Year2026.AddDays(-1), Year2026 + 10 * lifetime, [7, 6, 5]);
        return bare.CopyWithPrivateKey(key);
    }

    private void Keep(X509Certificate2 agent)
    {
        Write("cert.pem", agent.ExportCertificatePem());
        Write("key.pem", agent.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        agent.Dispose();
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    private DockerApi Open(string host) => new(
        DockerEndpoint.Read(name => name switch
        {
            "DOCKER_HOST" => $"tcp://{host}:{((IPEndPoint)_listener.LocalEndpoint).Port}",
            "DOCKER_TLS_VERIFY" => "1",
            "DOCKER_CERT_PATH" => _folder,
            _ => null,
        }),
        new ManualTime());

    /// <summary>Answers one request; returns the name in the client's certificate, null where the client hung up.</summary>
    private async Task<string?> ServeAsync(X509Certificate2 certificate)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync(Token);
        await using SslStream stream = new(client.GetStream());
        X509ChainPolicy trust = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.Add(_authority);
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateRequired = true,
                    CertificateChainPolicy = trust,
                },
                Token);
            if (await stream.ReadAsync(new byte[4096], Token) == 0)
            {
                return null;
            }

            await stream.WriteAsync(
                "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"Name\":\"berlin-07\"}"u8.ToArray(), Token);
            return stream.RemoteCertificate?.Subject;
        }
        catch (Exception hungUp) when (hungUp is IOException or System.Security.Authentication.AuthenticationException)
        {
            return null;
        }
        finally
        {
            certificate.Dispose();
        }
    }
}
