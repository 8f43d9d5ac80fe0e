using System.Net;
using System.Net.Sockets;
using System.Text;
using Connbeat.Config;
using Connbeat.Exporters;
using Connbeat.Exporters.Endpoint;
using Connbeat.Exporters.Exposition;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Exporters.Endpoint;

public sealed class MainPagesTests : IAsyncDisposable
{
    private readonly List<IMetricsCollector> _collectors = [new OwnMetrics(Figures)];
    private readonly HttpClient _client = new(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.None });
    private readonly CollectingLogger<ExporterHappenings> _log = new();
    private (bool, string) _readiness = (true, "ready");
    private WebListener? _listener;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await (_listener?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task Metrics_are_in_Prometheus_text_unless_OpenMetrics_is_preferred()
    {
        HttpResponseMessage plain = await GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", plain.Content.Headers.ContentType!.ToString());
        string text = await TextAsync(plain);
        Assert.Contains("connbeat_events_lost_total{output=\"http\",reason=\"queue_full\",stage=\"delivery\"} 3\n", text, StringComparison.Ordinal);
        Assert.EndsWith("connbeat_collector_up{collector=\"agent\"} 1\n", text, StringComparison.Ordinal);

        HttpResponseMessage open = await GetAsync("/metrics", "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.5");
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", open.Content.Headers.ContentType!.ToString());
        Assert.EndsWith("# EOF\n", await TextAsync(open), StringComparison.Ordinal);
        Assert.Equal("text/plain", (await GetAsync("/metrics", "text/plain,application/openmetrics-text;q=0.1")).Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_page_is_compressed_for_who_asks_for_that()
    {
        HttpRequestMessage request = new(HttpMethod.Get, await UrlAsync("/metrics"));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        HttpResponseMessage answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        using System.IO.Compression.GZipStream text = new(
            await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), System.IO.Compression.CompressionMode.Decompress);
        using StreamReader reader = new(text);
        Assert.Contains("connbeat_build_info", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_fails_costs_its_own_metrics_and_no_others()
    {
        _collectors.Add(new Failing());
        string text = await TextAsync(await GetAsync("/metrics"));

        Assert.DoesNotContain("half", text, StringComparison.Ordinal);
        Assert.Contains("connbeat_collector_up{collector=\"agent\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("connbeat_collector_up{collector=\"failing\"} 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_whether_it_is_ready_and_what_pages_there_are()
    {
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await AskAsync("/ready"));
        _readiness = (false, "does not take events: http");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "does not take events: http\n"), await AskAsync("/ready"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync("/health"));
        Assert.Contains("href=\"/metrics\"", (await AskAsync("/")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync("/metrics/more")).Status);
        HttpResponseMessage posted = await _client.PostAsync(
            await UrlAsync("/metrics"), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    [Theory]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: a\r\nX: {0}\r\n\r\n", 100_000, "431")]
    [InlineData("GET /{0} HTTP/1.1\r\nHost: a\r\n\r\n", 1_000_000, "414")]
    [InlineData("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: {0}\r\n\r\n", 0, "405")]
    [InlineData("GET /metrics HTTP/1.1\r\n\r\n", 0, "400")]
    [InlineData("rubbish\r\n\r\n", 0, "400")]
    public async Task What_is_too_much_or_no_request_is_refused(string request, int filler, string status)
    {
        Uri url = await UrlAsync("/");
        using TcpClient client = new();
        await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();
        string text = request.Replace("{0}", filler > 0 ? new string('x', filler) : "9", StringComparison.Ordinal);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // It was refused before all of it was read.
        }

        byte[] answer = new byte[12];
        await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.Equal($"HTTP/1.1 {status}", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task Clients_that_never_come_to_an_end_delay_nobody()
    {
        Uri url = await UrlAsync("/metrics");
        List<TcpClient> slow = [];
        try
        {
            for (int i = 0; i < 200; i++)
            {
                TcpClient client = new();
                slow.Add(client);
                await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
                await client.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: a\r\nX: "u8.ToArray(), TestContext.Current.CancellationToken);
            }

            HttpResponseMessage answer = await GetAsync("/metrics").WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task An_address_that_is_taken_is_told()
    {
        Uri url = await UrlAsync("/");
        Assert.True(ListenAddress.TryParse($"127.0.0.1:{url.Port}", out ListenAddress? taken));

        await Assert.ThrowsAsync<IOException>(() => WebListener.OpenAsync(taken, _ => Task.CompletedTask));
    }

    private static AgentFigures Figures()
    {
        OutputLedger ledger = new("http");
        ledger.CountAppended(9);
        ledger.CountLost(LossReason.QueueFull, 3);
        return new AgentFigures
        {
            Version = "1.2.3",
            Source = "netlink",
            IsCapturing = true,
            Captured = 9,
            Attributed = [("fd", 8)],
            Dropped = 1,
            Sockets = 4,
            Snapshots = 2,
            SnapshotTime = TimeSpan.FromMilliseconds(250),
            LastSnapshotTime = TimeSpan.FromMilliseconds(50),
            Overruns = 0,
            LostByKernel = 0,
            Outputs = [ledger],
            Oldest = [("http", TimeSpan.FromSeconds(7))],
            Logs = [("connbeat", 6, 600)],
            Started = 1.5,
        };
    }

    private async Task<Uri> UrlAsync(string path)
    {
        if (_listener is null)
        {
            ExporterHappenings happened = new(_log);
            GuardedCollector[] guarded =
                [.. _collectors.Select(collector => new GuardedCollector(collector.Name, () => collector, happened, TimeProvider.System))];
            MainPages pages = new(guarded, () => _readiness, null, TimeSpan.FromSeconds(5));
            _listener = await WebListener.OpenAsync(new ListenAddress("127.0.0.1", 0, null), pages.AnswerAsync);
        }

        return new Uri(_listener.Address + path);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? accept = null)
    {
        HttpRequestMessage request = new(HttpMethod.Get, await UrlAsync(path));
        request.Headers.TryAddWithoutValidation("Accept", accept ?? "*/*");
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string path)
    {
        HttpResponseMessage answer = await GetAsync(path);
        return (answer.StatusCode, await TextAsync(answer));
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private sealed class Failing : IMetricsCollector
    {
        public string Name => "failing";

        public void Write(MetricsPage page)
        {
            page.Family("half", MetricType.Gauge, "Half.");
            throw new IOException("no");
        }
    }
}
