using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Connbeat.Config;
using Connbeat.Exporters.Endpoint;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Connbeat.Tests.Config;
using Connbeat.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Connbeat.Tests.Exporters.Endpoint;

public sealed class WebAccessTests : IAsyncDisposable
{
    private readonly ConfigDirectory _directory = new();
    private readonly Certificates _certificates = new("Authority");
    private readonly CollectingLogger<ExporterHappenings> _log = new();
    private readonly string _hash = LibC.Crypt("hunter2"u8, "$2b$04$abcdefghijklmnopqrstuu")!;
    private readonly PasswordQueue _queue = new();
    private WebListener? _listener;
    private bool _isKnown;

    public WebAccessTests()
    {
        WriteCertificate();
        _directory.Write("ca.pem", _certificates.AuthorityPem);
    }

    public async ValueTask DisposeAsync()
    {
        await (_listener?.DisposeAsync() ?? default);
        _queue.Dispose();
        _certificates.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("alice", "hunter2", HttpStatusCode.OK)]
    [InlineData("alice", "hunter3", HttpStatusCode.Unauthorized)]
    [InlineData("alice", "hunter2\0", HttpStatusCode.Unauthorized)]
    [InlineData("alice", "", HttpStatusCode.Unauthorized)]
    [InlineData("bob", "hunter2", HttpStatusCode.Unauthorized)]
    [InlineData(null, "", HttpStatusCode.Unauthorized)]
    public async Task Who_has_the_password_comes_in(string? user, string password, HttpStatusCode status)
    {
        await OpenAsync($"basic_auth_users: {{ alice: {_hash} }}\nhttp_server_config: {{ headers: {{ X-Frame-Options: deny }} }}");

        for (int time = 0; time < 2; time++)
        {
            using HttpResponseMessage answer = await AskAsync("http", user is null ? null : $"{user}:{password}");
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal("deny", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal(status is HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Count > 0);
        }

        Assert.Equal(status is HttpStatusCode.OK, _isKnown);
    }

    [Fact]
    public async Task Too_many_passwords_are_turned_away_at_once_and_keep_nobody_waiting_who_is_known()
    {
        await OpenAsync($"basic_auth_users: {{ alice: {_hash} }}");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("http", "alice:hunter2")).StatusCode);
        using ManualResetEventSlim checkedAll = new();
        Task<bool?>[] guesses = [.. Enumerable.Range(0, PasswordQueue.MostOfOne).Select(_ => _queue.CheckAsync(
            InetAddress.Parse("127.0.0.1"), () => checkedAll.Wait(TimeSpan.FromSeconds(20)), TestContext.Current.CancellationToken))];

        for (int time = 0; time < 2; time++)
        {
            using HttpResponseMessage answer = await AskAsync("http", "alice:guessed");
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
        }

        Assert.Equal(HttpStatusCode.OK, (await AskAsync("http", "alice:hunter2")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("http")).StatusCode);

        checkedAll.Set();
        Assert.All(await Task.WhenAll(guesses), Assert.True);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("http", "alice:guessed")).StatusCode);
        Assert.Equal(
            "Warning More passwords come than can be checked, among others from 127.0.0.1; most likely somebody guesses. " +
            "Those who are too many are answered with 429, now and whenever it happens again.",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task A_page_comes_by_TLS_and_by_nothing_else()
    {
        await OpenAsync("tls_server_config: { cert_file: cert.pem, key_file: key.pem }");

        using HttpResponseMessage answer = await AskAsync("https");
        Assert.Equal(new string('x', 100_000), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(_isKnown);
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync("http"));
        using HttpResponseMessage again = await AskAsync("https");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData("RequireAndVerifyClientCert", "", true, false, false)]
    [InlineData("VerifyClientCertIfGiven", "", true, true, false)]
    [InlineData("RequireAnyClientCert", "", true, false, true)]
    [InlineData("RequireAndVerifyClientCert", "prometheus", true, false, false)]
    [InlineData("RequireAndVerifyClientCert", "grafana", false, false, false)]
    public async Task Who_comes_shows_the_certificate_that_is_asked_for(string asked, string name, bool ours, bool none, bool theirs)
    {
        string names = name.Length > 0 ? $", client_allowed_sans: [{name}]" : "";
        await OpenAsync($"tls_server_config: {{ cert_file: cert.pem, key_file: key.pem, client_auth_type: {asked}, client_ca_file: ca.pem{names} }}");
        using Certificates others = new("Others");

        Assert.Equal(ours, await ComesInAsync(_certificates.Issue("prometheus")));
        Assert.Equal(none, await ComesInAsync(null));
        Assert.Equal(theirs, await ComesInAsync(others.Issue("prometheus")));
    }

    [Fact]
    public async Task What_is_written_anew_holds_for_who_comes_then_unless_it_is_faulty()
    {
        await OpenAsync($"basic_auth_users: {{ alice: {_hash} }}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("http")).StatusCode);

        _directory.Write("web.yml", "basic_auth_users: { alice: hunter2 }");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("http")).StatusCode);
        _directory.Write("web.yml", "tls_server_config: { cert_file: cert.pem, key_file: key.pem }");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("https")).StatusCode);
        WriteCertificate();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("https")).StatusCode);

        Assert.Equal(3, _log.Lines.Count);
        Assert.StartsWith("Error A new web configuration is refused, and the old one stays: ", _log.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", _log.Lines[0], StringComparison.Ordinal);
        Assert.All(_log.Lines.Skip(1), line => Assert.EndsWith("web.yml has changed and holds from now on.", line, StringComparison.Ordinal));
    }

    private void WriteCertificate()
    {
        using X509Certificate2 issued = _certificates.Issue("localhost", rsa: File.Exists(_directory.PathOf("cert.pem")));
        using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)issued.GetECDsaPrivateKey() ?? issued.GetRSAPrivateKey()!;
        _directory.Write("cert.pem", issued.ExportCertificatePem());
        _directory.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    private async Task OpenAsync(string yaml)
    {
        _directory.Write("web.yml", yaml);
        WebAccess access = new(_directory.PathOf("web.yml"), new ExporterHappenings(_log), _queue);
        _listener = await WebListener.OpenAsync(new ListenAddress("127.0.0.1", 0, null), AnswerAsync, access);
    }

    private Task AnswerAsync(HttpContext context)
    {
        _isKnown = context.Features.Get<Visitor>()!.IsKnown;
        return context.Response.WriteAsync(new string('x', 100_000));
    }

    private async Task<bool> ComesInAsync(X509Certificate2? shown)
    {
        try
        {
            using HttpResponseMessage answer = await AskAsync("https", shown: shown);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<HttpResponseMessage> AskAsync(string scheme, string? credentials = null, X509Certificate2? shown = null)
    {
        using SocketsHttpHandler handler = new()
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost",
                LocalCertificateSelectionCallback = (_, _, _, _, _) => shown!,
            },
        };
        using HttpClient client = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Get, $"{scheme}://localhost:{new Uri(_listener!.Address).Port}/");
        if (credentials is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
