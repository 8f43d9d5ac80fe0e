using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connbeat.Config;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Config;

public sealed class WebConfigTests : IDisposable
{
    /// <summary>As <c>htpasswd -nbB -C 4 alice hunter2</c> prints it.</summary>
    private const string Hash = "$2y$04$abcdefghijklmnopqrstuuPwLGgkMRbMXtRBCuwU3B6LH9VT6HkZS";

    private readonly ConfigDirectory _directory = new();
    private readonly Certificates _certificates = new("Authority");

    public WebConfigTests()
    {
        using X509Certificate2 issued = _certificates.Issue("localhost");
        using ECDsa key = issued.GetECDsaPrivateKey()!;
        _directory.Write("cert.pem", issued.ExportCertificatePem());
        _directory.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        _directory.Write("ca.pem", _certificates.AuthorityPem);
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Files_are_of_the_folder_that_it_stands_in_and_the_rest_is_as_the_toolkit_has_it()
    {
        WebConfig config = Load(
            $$"""
            tls_server_config:
              cert_file: cert.pem
              key_file: key.pem
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: ca.pem
              client_allowed_sans: [prometheus.example]
              min_version: TLS13
            http_server_config: { http2: true, headers: { X-Frame-Options: deny } }
            basic_auth_users: { alice: {{Hash}}, j.doe: {{Hash}} }
            """);

        Assert.StartsWith("-----BEGIN CERTIFICATE", config.Tls!.Certificate, StringComparison.Ordinal);
        Assert.Equal((ClientAuth.RequireAndVerify, SslProtocols.Tls13), (config.Tls.ClientAuth, config.Tls.Protocols));
        Assert.Equal(["prometheus.example"], config.Tls.AllowedNames);
        Assert.Equal(["web.yml", "cert.pem", "key.pem", "ca.pem"], config.Files.Select(Path.GetFileName));
        Assert.Equal(["alice", "j.doe"], config.Users.Keys);
        Assert.Equal(Hash, config.Users["j.doe"].Value);
        Assert.Equal("deny", config.Headers["X-Frame-Options"]);
        Assert.Empty(config.Warnings);
        Assert.True(config.Authenticates);
    }

    [Theory]
    [InlineData("tls_server_config: { key_file: key.pem }", "web.yml:1: tls_server_config.cert_file is missing; expected the path of a file")]
    [InlineData("tls_server_config: { cert_file: none.pem, key_file: key.pem }", "web.yml:1: tls_server_config.cert_file is '/none.pem': no such file or directory")]
    [InlineData("tls_server_config: { cert_file: cert.pem, key_file: ca.pem }", "web.yml:1: tls_server_config.key_file is '/ca.pem', which holds no private key in PEM form")]
    [InlineData("tls_server_config: { cert_file: ca.pem, key_file: key.pem }", "web.yml:1: tls_server_config.key_file names what holds another key than that of the certificate")]
    [InlineData("tls_server_config: { cert_file: cert.pem, key_file: key.pem, client_ca_file: ca.pem }", "web.yml:1: tls_server_config.client_ca_file is of no use without client_auth_type")]
    [InlineData("tls_server_config: { cert_file: cert.pem, key_file: key.pem, client_auth_type: Always }", "web.yml:1: tls_server_config.client_auth_type is 'Always'; expected NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert")]
    [InlineData("tls_server_config: { cert_file: cert.pem, key_file: key.pem, min_version: TLS13, max_version: TLS12 }", "web.yml:1: tls_server_config.max_version is lower than min_version")]
    [InlineData("tls_server_config: { cert_file: cert.pem, key_file: key.pem, cert: x }", "web.yml:1: tls_server_config.cert stands there beside cert_file; expected one of them")]
    [InlineData("tls_server_confg: {}", "web.yml:1: tls_server_confg is not a setting of connbeat; did you mean tls_server_config?")]
    [InlineData("# users\nbasic_auth_users:\n  alice: hunter2", "web.yml:3: basic_auth_users.alice is none; expected a hash by bcrypt, as `htpasswd -nB NAME` prints one behind the name")]
    [InlineData("basic_auth_users: alice", "web.yml:1: basic_auth_users is one value; expected a section of names and texts")]
    public void What_is_wrong_is_told_with_its_line_and_without_secrets(string yaml, string fault)
    {
        ConfigException faulty = Assert.Throws<ConfigException>(() => Load(yaml));

        Assert.Equal(fault, Assert.Single(faulty.Faults).ToString().Replace(_directory.PathOf(""), "", StringComparison.Ordinal).Replace("'none", "'/none", StringComparison.Ordinal).Replace("'ca", "'/ca", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_honoured_is_a_warning()
    {
        WebConfig config = Load(
            "tls_server_config: { cert_file: cert.pem, key_file: key.pem, min_version: TLS10, cipher_suites: [TLS_AES_128_GCM_SHA256] }");

        Assert.Equal(2, config.Warnings.Count);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, config.Tls!.Protocols);
        Assert.False(config.Authenticates);
    }

    private WebConfig Load(string yaml)
    {
        _directory.Write("web.yml", yaml);
        return WebConfig.Load(_directory.PathOf("web.yml"));
    }
}
