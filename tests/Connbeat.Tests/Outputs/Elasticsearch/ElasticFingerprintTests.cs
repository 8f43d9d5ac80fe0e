using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connbeat.Delivery;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Outputs.Http;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>An authority that is known by its fingerprint, as Elasticsearch prints one when it is first started.</summary>
public sealed class ElasticFingerprintTests : IDisposable
{
    private const string Here = "127.0.0.1";

    private readonly ManualTime _time = new();
    private readonly Certificates _root = new("root");

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_server_that_shows_it_is_trusted()
    {
        using X509Certificate2 own = SelfSigned(Here);

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(own, FingerprintOf(own)));
        Assert.Same(
            DeliveryResult.Delivered.All,
            await SendAsync(own, string.Join(':', FingerprintOf(own).ToLowerInvariant().Chunk(2).Select(pair => new string(pair)))));
    }

    [Fact]
    public async Task One_that_shows_another_is_not()
    {
        using X509Certificate2 own = SelfSigned(Here);

        string reason = Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(own, new string('a', 64))).Reason;
        Assert.EndsWith(
            ": its certificate is vouched for by 'CN=127.0.0.1', which is not one that this system trusts, " +
            "and none that it shows has the ca_trusted_fingerprint",
            reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_to_vouch_for_the_server_and_to_know_of_it_is_not_enough()
    {
        using X509Certificate2 other = SelfSigned("other.example");

        string reason = Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(other, FingerprintOf(other))).Reason;
        Assert.Contains("its certificate is for other.example, not for 127.0.0.1", reason, StringComparison.Ordinal);

        using X509Certificate2 issued = _root.Issue(Here);
        Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(issued, FingerprintOf(_root.Authority)));
    }

    private static string FingerprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private static X509Certificate2 SelfSigned(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        if (System.Net.IPAddress.TryParse(name, out System.Net.IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private async Task<DeliveryResult> SendAsync(X509Certificate2 certificate, string fingerprint)
    {
        await using WebServer server = new(certificate)
        {
            Otherwise = WebServer.Status(200, """{"errors":false,"items":[{"create":{"status":201}}]}"""),
        };
        await using ElasticsearchOutput output = new(
            ElasticSettings.Read($"ssl.ca_trusted_fingerprint: '{fingerprint}'", $"https://{Here}:{server.Port}"), _time);
        return await output.SendAsync([Encoded.Event(1, "{}")], TestContext.Current.CancellationToken);
    }
}
