using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Http;
using Connbeat.Tests.Config;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Http;

public sealed class HttpProxyTests : IAsyncDisposable
{
    private const string User = "joe:hunter2 +", UserInUrl = "joe:hunter2%20%2B";

    private static readonly EncodedEvent[] Batch = [Encoded.Event(1, "1")];

    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-proxy-").FullName;
    private readonly ManualTime _time = new();
    private readonly Certificates _known = new("known authority");
    private readonly WebServer _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _known.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_http_proxy_is_asked_for_the_whole_address()
    {
        Assert.Same(
            DeliveryResult.Delivered.All,
            await SendAsync($"proxy_url: '127.0.0.1:{_server.Port}'", "http://collector.example:8080/in?k=v"));

        WebRequest request = await _server.RequestAsync();
        Assert.Equal("POST http://collector.example:8080/in?k=v HTTP/1.1", request.Line);
        Assert.Null(request["Proxy-Authorization"]);
    }

    [Fact]
    public async Task It_is_told_at_once_who_asks()
    {
        await SendAsync($"proxy_url: 'http://{UserInUrl}@127.0.0.1:{_server.Port}'", "http://collector.example");

        WebRequest request = Assert.Single(_server.UnreadRequests());
        Assert.Equal("Basic am9lOmh1bnRlcjIgKw==", request["Proxy-Authorization"]);
    }

    [Theory]
    [InlineData(false, null, "")]
    [InlineData(false, User, UserInUrl + "@")]
    [InlineData(true, null, "")]
    [InlineData(true, User, UserInUrl + "@")]
    public async Task To_a_server_that_speaks_https_a_proxy_opens_a_tunnel(bool socks, string? user, string userInfo)
    {
        _server.Certificate = _known.Issue("collector.example");
        await using ProxyServer proxy = new(_server, user, socks);
        string url = $"{(socks ? "socks5" : "http")}://{userInfo}127.0.0.1:{proxy.Port}";

        Assert.Same(
            DeliveryResult.Delivered.All,
            await SendAsync($"proxy_url: '{url}', ssl: {{ {Trusted()} }}", "https://collector.example:8443"));
        Assert.Equal(["collector.example:8443"], proxy.Asked);
        WebRequest request = Assert.Single(_server.UnreadRequests());
        Assert.Equal("POST / HTTP/1.1", request.Line);
        Assert.DoesNotContain("Proxy-Authorization", request.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_tls_too_a_socks_proxy_opens_a_tunnel()
    {
        await using ProxyServer proxy = new(_server, speaksSocks: true);

        Assert.Same(
            DeliveryResult.Delivered.All,
            await SendAsync($"proxy_url: 'socks5://127.0.0.1:{proxy.Port}'", "http://collector.example:8080"));
        Assert.Equal(["collector.example:8080"], proxy.Asked);
    }

    [Theory]
    [InlineData("http", "https")]
    [InlineData("socks5", "https")]
    [InlineData("socks5", "http")]
    public async Task A_proxy_that_does_not_know_who_asks_is_tried_later_and_no_password_is_told(string scheme, string to)
    {
        await using ProxyServer proxy = new(_server, "other:user", scheme is "socks5");
        string url = $"{scheme}://{UserInUrl}@127.0.0.1:{proxy.Port}";

        string reason = Assert.IsType<DeliveryResult.RetryLater>(
            await SendAsync($"proxy_url: '{url}'", $"{to}://collector.example")).Reason;
        Assert.Contains($" by way of the proxy {scheme}://127.0.0.1:{proxy.Port}: ", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", reason, StringComparison.Ordinal);
        Assert.Empty(proxy.Asked);
    }

    [Theory]
    [InlineData("http", "http")]
    [InlineData("http", "https")]
    [InlineData("socks5", "http")]
    public async Task A_proxy_that_is_not_there_is_named(string scheme, string to)
    {
        int port = WebServer.ClosedPort();

        string reason = Assert.IsType<DeliveryResult.RetryLater>(
            await SendAsync($"proxy_url: '{scheme}://127.0.0.1:{port}'", $"{to}://collector.example:81")).Reason;
        Assert.Equal($"{to}://collector.example:81 by way of the proxy {scheme}://127.0.0.1:{port}: Connection refused", reason);
    }

    [Theory]
    [InlineData("HTTP_PROXY", "", "http://collector.example", true)]
    [InlineData("http_proxy", "", "http://collector.example", true)]
    [InlineData("HTTPS_PROXY", "", "http://collector.example", false)]
    [InlineData("HTTP_PROXY", "example", "http://collector.example", false)]
    [InlineData("HTTP_PROXY", "*", "http://collector.example", false)]
    [InlineData("HTTP_PROXY", "other.example,192.0.2.0/24", "http://collector.example", true)]
    [InlineData("HTTP_PROXY", "", "http://localhost", false)]
    [InlineData("HTTP_PROXY", "", "http://127.1.2.3", false)]
    public void Without_proxy_url_the_environment_says_which(string variable, string without, string host, bool proxied)
    {
        using ConfigDirectory directory = new();
        directory.Environment[variable] = "http://proxy:3128";
        directory.Environment["NO_PROXY"] = without;
        HttpOutputOptions options = directory.Load($"output.http.hosts: '{host}'").Options.Output.Http!;

        Assert.Equal(proxied ? "http://proxy:3128" : null, options.Proxy.Of(options.Hosts[0].Uri)?.ToString());
    }

    [Fact]
    public void Proxy_url_goes_before_the_environment()
    {
        using ConfigDirectory directory = new();
        directory.Environment["HTTP_PROXY"] = "http://proxy:3128";
        directory.Environment["NO_PROXY"] = "*";
        HttpOutputOptions options =
            directory.Load("output.http: { hosts: a, proxy_url: 'socks5://other' }").Options.Output.Http!;

        Assert.Equal("socks5://other:1080", options.Proxy.Of(options.Hosts[0].Uri)?.ToString());
    }

    [Theory]
    [InlineData("ftp://proxy")]
    [InlineData("http://proxy/path")]
    [InlineData("http://joe:hunter2@proxy:port")]
    [InlineData("https://joe:hunter2@proxy")]
    public void What_is_no_proxy_is_refused_wherever_it_is_written(string written)
    {
        using ConfigDirectory directory = new();
        Assert.Equal(
            [$"connbeat.yml:1: output.http.proxy_url is not understood; expected {ProxyAddress.Expected}"],
            directory.Faults($"output.http: {{ hosts: a, proxy_url: '{written}' }}"));

        directory.Environment["HTTPS_PROXY"] = written;
        Assert.Equal(
            [$"connbeat.yml:1: environment variable HTTPS_PROXY is not understood; expected {ProxyAddress.Expected}"],
            directory.Faults("output.http: { hosts: a }"));
    }

    [Fact]
    public void A_password_is_shown_nowhere()
    {
        using ConfigDirectory directory = new();
        LoadedConfig loaded = directory.Load($"output.http: {{ hosts: a, proxy_url: 'http://{UserInUrl}@proxy:3128' }}");

        EffectiveSetting shown = loaded.Settings.Single(setting => setting.Path == "output.http.proxy_url");
        Assert.Equal("\"http://joe:****@proxy:3128\"", shown.Shown);
        Assert.DoesNotContain("hunter2", $"{loaded.Options.Output.Http}", StringComparison.Ordinal);
    }

    private string Trusted()
    {
        string path = Path.Combine(_folder, "known.pem");
        System.IO.File.WriteAllText(path, _known.AuthorityPem);
        return $"certificate_authorities: ['{path}']";
    }

    private async Task<DeliveryResult> SendAsync(string settings, string host)
    {
        await using HttpOutput output = new(HttpSettings.Read(settings, host), _time);
        return await output.SendAsync(Batch, Token).AsTask().WaitAsync(WebServer.Limit, Token);
    }
}
