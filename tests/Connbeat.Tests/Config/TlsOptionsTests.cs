using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connbeat.Config;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Config;

/// <summary>What is wrong with certificates and keys is told before anything runs: the setting, its line, the file.</summary>
public sealed class TlsOptionsTests : IDisposable
{
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    private readonly ConfigDirectory _directory = new();
    private readonly Certificates _authority = new("authority");

    public TlsOptionsTests()
    {
        X509Certificate2 agent = _authority.Issue("agent"), rsaAgent = _authority.Issue("agent", rsa: true);
        using ECDsa key = agent.GetECDsaPrivateKey()!, other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA rsaKey = rsaAgent.GetRSAPrivateKey()!;
        _directory.Write("ca.pem", _authority.AuthorityPem);
        _directory.Write("agent.pem", agent.ExportCertificatePem());
        _directory.Write("agent.key", key.ExportPkcs8PrivateKeyPem());
        _directory.Write("ec.key", key.ExportECPrivateKeyPem());
        _directory.Write("encrypted.key", key.ExportEncryptedPkcs8PrivateKeyPem("open sesame", Encryption));
        _directory.Write("rsa.pem", rsaAgent.ExportCertificatePem());
        _directory.Write("rsa.key", rsaKey.ExportRSAPrivateKeyPem());
        _directory.Write("other.key", other.ExportPkcs8PrivateKeyPem());
        _directory.Write("old.key", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        _directory.Write("broken.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        _directory.Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        _directory.Write("text.pem", "no PEM at all");
        _directory.Write("binary.pem", [0x30, 0x82, 0xff, 0xfe]);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Without_a_section_the_system_says_whom_to_trust()
    {
        TlsOptions tls = Load("");

        Assert.Equal(new TlsOptions(), tls);
        Assert.Equal(
            ("", "", null, TlsVerification.Full, SslProtocols.Tls12 | SslProtocols.Tls13),
            (tls.Authorities, tls.Certificate, tls.Key, tls.Verification, tls.Protocols));
    }

    [Theory]
    [InlineData("agent.pem", "agent.key")]
    [InlineData("agent.pem", "ec.key")]
    [InlineData("agent.pem", "encrypted.key")]
    [InlineData("rsa.pem", "rsa.key")]
    public void Certificates_and_keys_are_read_with_the_configuration(string certificate, string key)
    {
        TlsOptions tls = Load(
            "certificate_authorities: [@ca.pem, @agent.pem], key_passphrase: open sesame, verification_mode: certificate, " +
            $"supported_protocols: [TLSv1.3], certificate: @{certificate}, key: @{key}");

        Assert.Equal(2, PemText.Certificates(tls.Authorities).Count);
        using X509Certificate2 shown = PemText.CertificateWithKey(tls.Certificate, tls.Key!.Value, tls.KeyPassphrase!.Value);
        Assert.Equal(("CN=agent", true), (shown.Subject, shown.HasPrivateKey));
        Assert.Equal((TlsVerification.Certificate, SslProtocols.Tls13), (tls.Verification, tls.Protocols));
        Assert.DoesNotContain("PRIVATE", $"{tls}", StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", $"{tls}", StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_file_says_is_part_of_the_settings_so_that_a_reload_sees_a_new_certificate()
    {
        TlsOptions before = Load("certificate_authorities: [@ca.pem]"), same = Load("certificate_authorities: [@ca.pem]");
        using Certificates next = new("authority");
        _directory.Write("ca.pem", next.AuthorityPem);
        TlsOptions after = Load("certificate_authorities: [@ca.pem]");

        Assert.Equal(before, same);
        Assert.NotEqual(before, after);
    }

    [Theory]
    [InlineData("certificate_authorities: [@missing.pem]", "certificate_authorities is '@missing.pem': no such file or directory")]
    [InlineData("certificate_authorities: [@ca.pem, @text.pem]", "certificate_authorities is '@text.pem', which holds no certificate in PEM form")]
    [InlineData("certificate_authorities: [@binary.pem]", "certificate_authorities is '@binary.pem': not UTF-8 text in line 1")]
    [InlineData("certificate_authorities: [@broken.pem]", "certificate_authorities is '@broken.pem', which holds a certificate that can't be read; is it cut off?")]
    [InlineData("certificate_authorities: [@]", "certificate_authorities is '@': is a directory")]
    [InlineData("certificate: @agent.pem", "certificate is of no use without key")]
    [InlineData("key: @agent.key", "key is of no use without certificate")]
    [InlineData("certificate: @agent.key, key: @agent.key", "certificate is '@agent.key', which holds no certificate in PEM form")]
    [InlineData("certificate: @agent.pem, key: @agent.pem", "key is '@agent.pem', which holds no private key in PEM form")]
    [InlineData("certificate: @agent.pem, key: @missing", "key is '@missing': no such file or directory")]
    [InlineData("certificate: @agent.pem, key: @broken.key", "key names a file that holds a key that can't be read; expected RSA or EC")]
    [InlineData("certificate: @agent.pem, key: @other.key", "key names a file that holds another key than that of the certificate")]
    [InlineData("certificate: @agent.pem, key: @rsa.key", "key names a file that holds another key than that of the certificate")]
    [InlineData("certificate: @rsa.pem, key: @agent.key", "key names a file that holds another key than that of the certificate")]
    [InlineData("certificate: @agent.pem, key: @encrypted.key", "key names a file that is encrypted; set key_passphrase")]
    [InlineData("certificate: @agent.pem, key: @encrypted.key, key_passphrase: hunter2", "key names a file that can't be read with key_passphrase")]
    [InlineData("certificate: @agent.pem, key: @old.key, key_passphrase: hunter2", "key is '@old.key', which is encrypted in an old way; `openssl pkcs8 -topk8 -in OLD -out NEW` writes it in the new one")]
    [InlineData("certificate: @agent.pem, key: '-----BEGIN PRIVATE KEY----- hunter2'", "key holds what a file should; expected the path of a file")]
    [InlineData("supported_protocols: [TLSv1.0]", "supported_protocols names TLSv1.0 or TLSv1.1, which are not safe any more; expected TLSv1.2 or TLSv1.3")]
    [InlineData("verification_mode: strict", "verification_mode is 'strict'; expected full, certificate or none")]
    [InlineData("certificat: @agent.pem", "certificat is not a setting of connbeat; did you mean output.http.ssl.certificate?")]
    public void A_fault_names_the_setting_its_line_and_the_file(string settings, string fault)
    {
        string found = Assert.Single(_directory.Faults(Yaml(settings)));

        Assert.StartsWith("connbeat.yml:4: ", found.Replace("an item of ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.EndsWith($"output.http.ssl.{fault.Replace("@", "", StringComparison.Ordinal)}", found, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", found, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_names_of_the_section_at_once_are_one_too_many() =>
        Assert.Equal(
            ["connbeat.yml:1: output.http.tls is another name of ssl, which stands there too; expected one of them"],
            _directory.Faults("output.http: { hosts: https://a, tls: {}, ssl: { supported_protocols: [TLSv1.3] } }"));

    [Fact]
    public void A_section_that_is_switched_off_is_not_followed() =>
        Assert.Equal(new TlsOptions(), Load(
            "enabled: false, certificate: @missing, verification_mode: none, supported_protocols: [TLSv1.0, TLSv1.1]"));

    [Theory]
    [InlineData("https://a", "ssl: { verification_mode: none }",
        "output.http.ssl.verification_mode is none: whoever answers is taken for the server")]
    [InlineData("http://a", "tls: { supported_protocols: [TLSv1.3] }", "output.http.tls has no effect: no host of output.http is https")]
    [InlineData("https://a", "ssl: { renegotiation: never }",
        "output.http.ssl.renegotiation has no effect; a server that wants to negotiate anew is answered, and TLS 1.3 knows no such thing")]
    public void What_may_not_be_meant_is_worth_a_warning(string host, string settings, string warning) =>
        Assert.Equal([$"connbeat.yml:1: {warning}"], _directory.Warnings($"output.http: {{ hosts: '{host}', {settings} }}"));

    private TlsOptions Load(string settings) => _directory.Load(Yaml(settings)).Options.Output.Http!.Tls;

    /// <summary>The section stands in line 4; an <c>@</c> is the folder of the files.</summary>
    private string Yaml(string settings) => "output:\n  http:\n    hosts: https://a\n    ssl: { " + settings.Replace("@", _directory.PathOf(""), StringComparison.Ordinal) + " }\n";
}
