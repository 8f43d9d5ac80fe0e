using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters;
using Connbeat.Exporters.Endpoint;
using Connbeat.Exporters.Exposition;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Exporters.Endpoint;

public sealed class ServedPagesTests : IAsyncDisposable
{
    private readonly CollectingLogger<ExporterHappenings> _log = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("connbeat-");
    private readonly ServedPages _pages;

    public ServedPagesTests() =>
        _pages = new(new One("agent"), () => (true, "ready"), (_, _) => Task.FromResult<ConnectionsPage?>(null), new ExporterHappenings(_log), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _pages.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task One_page_has_everything_and_each_exporter_the_page_of_its_original()
    {
        await _pages.ReplaceAsync(At("main"), [Plan("cnxwatch", At("cnxwatch"), new(Title: "Watch")), Plan("other", null)]);

        string all = (await GetAsync("main", "/metrics")).Text;
        Assert.Contains("agent 1\n", all, StringComparison.Ordinal);
        Assert.Contains("cnxwatch 1\n", all, StringComparison.Ordinal);
        Assert.Contains("connbeat_collector_up{collector=\"other\"} 1\n", all, StringComparison.Ordinal);
        Assert.Equal(
            (HttpStatusCode.OK, "# HELP cnxwatch_original Of the original.\n# TYPE cnxwatch_original gauge\n"),
            await GetAsync("cnxwatch", "/metrics"));
        Assert.Contains("<h1>Watch</h1>", (await GetAsync("cnxwatch", "/any")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "/m", HttpStatusCode.OK)]
    [InlineData(false, "/m/", HttpStatusCode.OK)]
    [InlineData(false, "/m/x", HttpStatusCode.NotFound)]
    [InlineData(true, "/m/x", HttpStatusCode.OK)]
    [InlineData(true, "/mx", HttpStatusCode.NotFound)]
    [InlineData(true, "/", HttpStatusCode.NotFound)]
    public async Task The_page_of_an_original_is_where_it_had_it(bool below, string path, HttpStatusCode status)
    {
        await _pages.ReplaceAsync(At("main"), [Plan("a", At("a"), new("/m", below))]);

        Assert.Equal(status, (await GetAsync("a", path)).Status);
    }

    [Fact]
    public async Task A_page_of_a_collector_that_fails_is_not_there_now()
    {
        await _pages.ReplaceAsync(
            At("main"), [new("a", At("a"), new OriginalPage(), () => throw new IOException("nobody answers"))]);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync("a", "/metrics")).Status);
        Assert.Contains("connbeat_collector_up{collector=\"a\"} 0\n", (await GetAsync("main", "/metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_can_be_replaced_while_they_are_served()
    {
        await _pages.ReplaceAsync(At("main"), [Plan("a", At("a")), Plan("b", At("b"))]);
        await _pages.ReplaceAsync(At("main"), [Plan("c", At("a"))]);

        Assert.Contains("c_original", (await GetAsync("a", "/metrics")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("b 1", (await GetAsync("main", "/metrics")).Text, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync("b", "/metrics"));
        Assert.Equal(2, One.Disposed(_folder.FullName));

        await _pages.ReplaceAsync(null, []);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync("main", "/"));
    }

    [Fact]
    public async Task What_cannot_be_listened_at_changes_nothing()
    {
        await _pages.ReplaceAsync(At("main"), [Plan("a", At("a"))]);
        ListenAddress nowhere = new(null, 0, Path.Combine(_folder.FullName, "missing", "socket"));

        ConfigException taken = await Assert.ThrowsAsync<ConfigException>(
            () => _pages.ReplaceAsync(At("main"), [Plan("b", At("b")), Plan("c", nowhere)]));
        Assert.StartsWith($"exporters.c.listen is '{nowhere}': ", taken.Message, StringComparison.Ordinal);
        ConfigException twice = await Assert.ThrowsAsync<ConfigException>(
            () => _pages.ReplaceAsync(At("main"), [Plan("b", At("main"))]));
        Assert.Equal($"exporters.listen is '{At("main")}', where exporters.b.listen is already", twice.Message);

        Assert.Contains("a 1\n", (await GetAsync("main", "/metrics")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("a", "/metrics")).Status);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync("b", "/metrics"));
        Assert.Equal(0, One.Disposed(_folder.FullName));
    }

    private ListenAddress At(string name) => new(null, 0, Path.Combine(_folder.FullName, name));

    private ExporterPlan Plan(string name, ListenAddress? at, OriginalPage? page = null) =>
        new(name, at, page ?? new OriginalPage(), () => new One(name, _folder.FullName));

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string name, string path)
    {
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellation) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(At(name).Socket!), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpClient client = new(handler);
        using HttpResponseMessage answer =
            await client.GetAsync(new Uri("http://localhost" + path), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private sealed class One(string name, string test = "") : IMetricsCollector, IDisposable
    {
        private static readonly Dictionary<string, int> DisposedIn = [];

        public string Name => name;

        /// <summary>How many were disposed of in a test.</summary>
        public static int Disposed(string test)
        {
            lock (DisposedIn)
            {
                return DisposedIn.GetValueOrDefault(test);
            }
        }

        public void Write(MetricsPage page)
        {
            page.Family(name, MetricType.Gauge, "One.");
            page.Sample().Value(1);
        }

        public void WriteOriginal(MetricsPage page) => page.Family($"{name}_original", MetricType.Gauge, "Of the original.");

        public void Dispose()
        {
            lock (DisposedIn)
            {
                DisposedIn[test] = DisposedIn.GetValueOrDefault(test) + 1;
            }
        }
    }
}
