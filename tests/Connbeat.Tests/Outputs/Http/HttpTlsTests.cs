using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Http;
using Connbeat.Telemetry;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Http;

public sealed class HttpTlsTests : IAsyncDisposable
{
    private const string Here = "127.0.0.1";

    private static readonly EncodedEvent[] Batch = [Encoded.Event(1, "1")];

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-tls-").FullName;
    private readonly ManualTime _time = new();
    private readonly Certificates _known = new("known authority"), _stranger = new("stranger");
    private readonly WebServer _server;
    private readonly List<IAsyncDisposable> _opened = [];

    public HttpTlsTests()
    {
        System.IO.File.WriteAllText(PathOf("known.pem"), _known.AuthorityPem);
        _server = new WebServer(_known.Issue(Here));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Url => $"https://{Here}:{_server.Port}";

    private string Trusted => $"certificate_authorities: ['{PathOf("known.pem")}']";

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable opened in _opened)
        {
            await opened.DisposeAsync();
        }

        await _server.DisposeAsync();
        _known.Dispose();
        _stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("ssl")]
    [InlineData("tls")]
    public async Task A_server_that_a_named_authority_vouches_for_is_trusted(string section)
    {
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(Open($"{section}: {{ {Trusted} }}")));
        Assert.Equal("1\n", (await _server.RequestAsync()).Text);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "none named", "its certificate is vouched for by 'CN=known authority', which is not one that this system trusts" },
        { "stranger", "its certificate is vouched for by 'CN=stranger', which is not one that certificate_authorities names" },
        { "expired", "the certificate of 'CN=127.0.0.1' is valid from 2020-01-02 00:00Z to 2021-01-01 00:00Z" },
        { "other host", "its certificate is for other.example, not for 127.0.0.1" },
        { "client", "; it asks for a client certificate, and ssl.certificate names none. Its events wait" },
        { "version", "alert protocol version" },
        { "reset", "" },
    };

    /// <summary>Each is told once, tried again, and when it is mended all that waited is delivered.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_is_wrong_is_told_once_and_nothing_is_lost_by_it(string fault, string words)
    {
        X509Certificate2 right = _server.Certificate!;
        WebServer server = _server;
        switch (fault)
        {
            case "stranger":
                server.Certificate = _stranger.Issue(Here);
                break;
            case "expired":
                server.Certificate = _known.Issue(Here, years: 1);
                break;
            case "other host":
                server.Certificate = _known.Issue("other.example");
                break;
            case "client":
                server.AsksForCertificate = true;
                break;
            case "version":
                server = new WebServer(right) { Protocols = SslProtocols.Tls12 };
                _opened.Add(server);
                break;
            case "reset":
                server.Vanishes(20, 20, 20, 20, 20, 20, 20); // in the midst of the client's hello
                break;
        }

        string tls = fault is "none named" ? "" : fault is "version" ? $"{Trusted}, supported_protocols: [TLSv1.3]" : Trusted;
        CollectingLogger<DeliveryHappenings> logged = new();
        DeliveryHappenings happened = new(logged);
        MemoryLog log = new(new MemoryLogLimits(100, 100_000), _time, happened);
        ILogCursor cursor = log.Open("http");
        log.Append(1, 50);
        log.Complete();
        HttpOutputOptions options = Settings($"ssl: {{ {tls} }}, flush_interval: 0", $"https://{Here}:{server.Port}");
        await using HttpOutput output = new(options, _time);
        int connections = fault is "version" or "none named" ? 3 : 7;
        using CancellationTokenSource stop = new();
        Task<PumpEnd> pump = new Pump(output, cursor, options.Pump, _time, happened).RunAsync(stop.Token);
        while (server.Connections < connections)
        {
            await PassAsync(pump);
        }

        Assert.StartsWith($"Warning Output http is unwell: https://{Here}:{server.Port}", logged.Lines[0], StringComparison.Ordinal);
        Assert.Contains(words, logged.Lines[0], StringComparison.Ordinal);
        Assert.Equal((0, 50, 0), (cursor.Ledger.Delivered, cursor.Ledger.Waiting, cursor.Ledger.Lost));
        Assert.Empty(server.UnreadRequests());
        if (connections == 3)
        {
            Assert.Single(logged.Lines);
            await stop.CancelAsync(); // what is wrong here is not the server
            Assert.Equal(PumpEnd.Abandoned, await pump.WaitAsync(WebServer.Limit, Token));
            return;
        }

        server.Certificate = right;
        server.AsksForCertificate = false;
        while (!pump.IsCompleted)
        {
            await PassAsync(pump);
        }

        Assert.Equal(PumpEnd.Drained, await pump);
        Assert.Equal((50, 0), (cursor.Ledger.Delivered, cursor.Ledger.Lost));
        Assert.Equal(
            Enumerable.Range(1, 50).Select(_ => new string(' ', 10)),
            server.UnreadRequests().SelectMany(request => request.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(["Warning", "Warning", "Information"], logged.Lines.Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task A_certificate_is_shown_with_those_that_vouch_for_it()
    {
        using X509Certificate2 agent = Keep(_stranger.Intermediate("middle"), "agent", rsa: false, passphrase: null);
        _server.AsksForCertificate = true;
        HttpOutput output = Open($"ssl: {{ {Trusted}, certificate: '{PathOf("agent.pem")}', key: '{PathOf("agent.key")}' }}");

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        Assert.Equal(["CN=agent", "CN=middle"], _server.Shown.Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_key_may_be_encrypted(bool rsa)
    {
        using X509Certificate2 agent = Keep(_stranger, "agent", rsa, "open sesame");
        _server.AsksForCertificate = true;
        HttpOutput output = Open(
            $"ssl: {{ {Trusted}, certificate: '{PathOf("agent.pem")}', key: '{PathOf("agent.key")}', key_passphrase: open sesame }}");

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        Assert.Equal("CN=agent", _server.Shown[0]);
    }

    [Fact]
    public async Task An_authority_that_another_vouches_for_may_be_named_alone()
    {
        Certificates middle = _stranger.Intermediate("middle");
        System.IO.File.WriteAllText(PathOf("middle.pem"), middle.AuthorityPem);
        _server.Certificate = middle.Issue(Here);

        Assert.Same(
            DeliveryResult.Delivered.All,
            await SendAsync(Open($"ssl: {{ certificate_authorities: ['{PathOf("known.pem")}', '{PathOf("middle.pem")}'] }}")));
    }

    [Theory]
    [InlineData("certificate", "known", "other.example", true)]
    [InlineData("certificate", "stranger", Here, false)]
    [InlineData("none", "stranger", "other.example", true)]
    public async Task Less_of_a_certificate_may_be_looked_at(string mode, string authority, string host, bool trusted)
    {
        _server.Certificate = (authority == "known" ? _known : _stranger).Issue(host);
        DeliveryResult result = await SendAsync(Open($"ssl: {{ {Trusted}, verification_mode: {mode} }}"));

        Assert.Equal(trusted, result is DeliveryResult.Delivered);
    }

    [Fact]
    public async Task To_ask_whether_a_server_answers_goes_the_same_way()
    {
        HttpOutput trusting = Open($"ssl: {{ {Trusted} }}"), wary = Open("");

        Assert.Equal([new FarEnd(true, $"{Url} answered 200 Words")], await trusting.ProbeAsync(WebServer.Limit));
        FarEnd unknown = Assert.Single(await wary.ProbeAsync(WebServer.Limit));
        Assert.False(unknown.Answers);
        Assert.Contains("vouched for by 'CN=known authority'", unknown.Says, StringComparison.Ordinal);
    }

    private string PathOf(string file) => Path.Combine(_folder, file);

    /// <summary>Writes agent.pem, with the certificate of its authority, and agent.key.</summary>
    private X509Certificate2 Keep(Certificates authority, string name, bool rsa, string? passphrase)
    {
        X509Certificate2 agent = authority.Issue(name, rsa: rsa);
        System.IO.File.WriteAllText(PathOf("agent.pem"), agent.ExportCertificatePem() + "\n" + authority.AuthorityPem);
        using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)agent.GetRSAPrivateKey() ?? agent.GetECDsaPrivateKey()!;
        PbeParameters encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        System.IO.File.WriteAllText(PathOf("agent.key"), passphrase is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, encryption));
        return agent;
    }

    /// <summary>Lets the longest wait between attempts go by, unless the pump is busy; real sockets take real time.</summary>
    private async Task PassAsync(Task pump)
    {
        await Task.WhenAny(pump, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token));
        while (_time.Armed.TryRead(out TimeSpan wait))
        {
            _time.Advance(wait <= TimeSpan.FromSeconds(60) ? wait : TimeSpan.Zero);
        }
    }

    private static HttpOutputOptions Settings(string settings, string url) => HttpSettings.Read(settings, url);

    private HttpOutput Open(string settings)
    {
        HttpOutput output = new(Settings(settings, Url), _time);
        _opened.Add(output);
        return output;
    }

    private static Task<DeliveryResult> SendAsync(HttpOutput output) =>
        output.SendAsync(Batch, Token).AsTask().WaitAsync(WebServer.Limit, Token);
}
