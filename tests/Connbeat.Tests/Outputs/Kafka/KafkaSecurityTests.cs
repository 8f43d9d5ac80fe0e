using System.Security.Cryptography.X509Certificates;
using Connbeat.Delivery;
using Connbeat.Linux;
using Connbeat.Outputs.Kafka;
using Connbeat.Tests.Config;
using Connbeat.Tests.Outputs.Http;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>Who is spoken to, and who speaks.</summary>
public sealed class KafkaSecurityTests : IDisposable
{
    private readonly ConfigDirectory _files = new();
    private readonly Certificates _authority = new("Test CA");

    public void Dispose()
    {
        _files.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("PLAIN", "plain")]
    [InlineData("SCRAM-SHA-256", "scram-sha-256")]
    [InlineData("SCRAM-SHA-512", "scram-sha-512")]
    public async Task A_user_with_a_password_is_let_in_and_with_another_is_not(string mechanism, string name)
    {
        await using FakeBroker broker = new() { Asks = (mechanism, "joe", "hunter2") };

        Assert.True((await ProbeAsync(broker, $"username: joe, password: hunter2, sasl.mechanism: {name}")).Answers);
        FarEnd refused = await ProbeAsync(broker, $"username: joe, password: hunter3, sasl.mechanism: {name}");
        Assert.False(refused.Answers);
        Assert.Contains("nobody knows you", refused.Says, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", refused.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_asked_for_and_shown()
    {
        await using WebServer tokens = new();
        await using FakeBroker broker = new() { Asks = ("OAUTHBEARER", "id", "t0ken") };
        tokens.Otherwise = WebServer.Status(200, """{"access_token":"t0ken","expires_in":3600}""");
        string settings = $"username: id, password: s3cret, sasl: {{ mechanism: oauthbearer, scope: kafka, token_url: 'http://127.0.0.1:{tokens.Port}/token' }}";

        Assert.Equal((true, $"{broker.Host}: 1 broker; topic connbeat is not there: connbeat setup makes it, or a broker may when an event comes"), Said(await ProbeAsync(broker, settings)));
        WebRequest asked = await tokens.RequestAsync();
        Assert.Equal(("POST /token HTTP/1.1", "grant_type=client_credentials&scope=kafka"), (asked.Line, asked.Text));
        Assert.Equal("Basic aWQ6czNjcmV0", asked["Authorization"]);

        tokens.Otherwise = WebServer.Status(401, "no");
        FarEnd refused = await ProbeAsync(broker, settings);
        Assert.False(refused.Answers);
        Assert.Contains($"http://127.0.0.1:{tokens.Port} answered 401", refused.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_is_trusted_whom_the_authority_vouches_for()
    {
        using X509Certificate2 certificate = _authority.Issue("127.0.0.1");
        await using FakeBroker broker = new() { Certificate = certificate };
        _files.Write("ca.pem", _authority.AuthorityPem);

        Assert.True((await ProbeAsync(broker, $"ssl.certificate_authorities: {_files.PathOf("ca.pem")}")).Answers);
        Assert.True((await ProbeAsync(broker, "ssl.verification_mode: none")).Answers);
        FarEnd stranger = await ProbeAsync(broker, "ssl: {}");
        Assert.False(stranger.Answers);
        Assert.Contains("certificate verify failed", stranger.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_enough_where_only_the_authority_counts()
    {
        using X509Certificate2 certificate = _authority.Issue("elsewhere.example");
        await using FakeBroker broker = new() { Certificate = certificate };
        _files.Write("ca.pem", _authority.AuthorityPem);
        string authority = $"certificate_authorities: {_files.PathOf("ca.pem")}";

        Assert.False((await ProbeAsync(broker, $"ssl: {{ {authority} }}")).Answers);
        Assert.True((await ProbeAsync(broker, $"ssl: {{ {authority}, verification_mode: certificate }}")).Answers);
    }

    [Fact]
    public async Task A_client_shows_its_certificate()
    {
        using X509Certificate2 certificate = _authority.Issue("127.0.0.1");
        using X509Certificate2 own = _authority.Issue("agent-7");
        await using FakeBroker broker = new() { Certificate = certificate, AsksForCertificate = true };
        _files.Write("ca.pem", _authority.AuthorityPem);
        _files.Write("agent.pem", own.ExportCertificatePem());
        _files.Write("agent.key", own.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
            "letmein", new(System.Security.Cryptography.PbeEncryptionAlgorithm.Aes256Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1000)));

        FarEnd end = await ProbeAsync(
            broker,
            $"ssl: {{ certificate_authorities: {_files.PathOf("ca.pem")}, certificate: {_files.PathOf("agent.pem")}, key: {_files.PathOf("agent.key")}, key_passphrase: letmein }}");

        Assert.True(end.Answers, end.Says);
        Assert.Contains("CN=agent-7", broker.Shown);
    }

    private static (bool, string) Said(FarEnd end) => (end.Answers, end.Says);

    private static async Task<FarEnd> ProbeAsync(FakeBroker broker, string settings)
    {
        await using KafkaOutput output = new(KafkaOptions.Read(settings, broker.Host), BootTime.Clock);
        return Assert.Single(await output.ProbeAsync(TimeSpan.FromSeconds(1)));
    }
}
