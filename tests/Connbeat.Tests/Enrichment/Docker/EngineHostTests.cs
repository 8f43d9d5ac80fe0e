using System.Net;
using System.Net.Sockets;
using Connbeat.Enrichment.Docker;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class EngineHostTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly FakeEngine _engine = new();
    private readonly CollectingLogger<ContainerHappenings> _log = new();
    private readonly Dictionary<string, string?> _environment = [];
    private readonly List<string> _resolved = [];
    private readonly DockerApi _api;
    private readonly EngineHost _host;
    private Func<Task<IPAddress[]>> _answer = () => Task.FromResult<IPAddress[]>(
        [IPAddress.Parse("192.0.2.17"), IPAddress.Parse("2001:db8::17"), IPAddress.Parse("::ffff:192.0.2.17")]);

    public EngineHostTests()
    {
        _api = new DockerApi(_engine.Endpoint, _time);
        _host = Host();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task The_engine_tells_the_name_and_the_resolver_the_addresses()
    {
        _engine.Start();
        Assert.Equal(("", null), (_host.Known.Hostname, _host.Known.Ips));

        Assert.True(await _host.LearnAsync(Token));

        Assert.Equal("berlin-07", _host.Known.Hostname);
        Assert.Equal(["192.0.2.17", "2001:db8::17"], _host.Known.Ips);
        Assert.True(_host.IsComplete);
        Assert.Equal(["berlin-07"], _resolved);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task What_is_known_is_not_asked_for_again()
    {
        _engine.Start();
        await _host.LearnAsync(Token);

        Assert.False(await _host.LearnAsync(Token));

        Assert.Equal(["GET /info"], _engine.UnreadRequests());
        Assert.Single(_resolved);
    }

    [Fact]
    public async Task What_the_user_says_has_the_last_word()
    {
        _environment["DOCKERHOST_HOSTNAME"] = "shop-7";
        _environment["DOCKERHOST_IP"] = "198.51.100.7";
        EngineHost host = Host();

        Assert.True(host.IsComplete);
        Assert.False(await host.LearnAsync(Token));
        Assert.Equal("shop-7", host.Known.Hostname);
        Assert.Equal(["198.51.100.7"], host.Known.Ips);
        Assert.Empty(_resolved);
    }

    [Fact]
    public async Task A_name_of_the_users_is_resolved_and_an_empty_variable_says_nothing()
    {
        _environment["DOCKERHOST_HOSTNAME"] = "shop-7";
        _environment["DOCKERHOST_IP"] = "";
        EngineHost host = Host();

        Assert.True(await host.LearnAsync(Token));

        Assert.Equal(["shop-7"], _resolved);
        Assert.Equal(["192.0.2.17", "2001:db8::17"], host.Known.Ips);
    }

    [Fact]
    public async Task An_address_of_the_users_is_told_without_a_name()
    {
        _environment["DOCKERHOST_IP"] = "198.51.100.7";
        EngineHost host = Host();
        _engine["/info"] = FakeEngine.Text(403, "{}");
        _engine.Start();

        Assert.False(await host.LearnAsync(Token));

        Assert.Equal("", host.Known.Hostname);
        Assert.Equal(["198.51.100.7"], host.Known.Ips);
        Assert.False(host.IsComplete);
        Assert.Equal(
            "Warning The container engine does not tell the name of its host: the answer to GET /info is 403 Forbidden. " +
            "It is asked again; DOCKERHOST_HOSTNAME sets one.",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task A_name_without_addresses_is_told_once_and_resolved_later()
    {
        Func<Task<IPAddress[]>> right = _answer;
        _engine.Start();
        _answer = () => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        Assert.True(await _host.LearnAsync(Token));
        _answer = () => Task.FromResult<IPAddress[]>([]);
        Assert.False(await _host.LearnAsync(Token));

        Assert.Equal("berlin-07", _host.Known.Hostname);
        Assert.Null(_host.Known.Ips);
        Assert.StartsWith(
            "Warning berlin-07, the container engine's host, can't be resolved, and is told without addresses: ",
            Assert.Single(_log.Lines),
            StringComparison.Ordinal);

        _answer = right;
        Assert.True(await _host.LearnAsync(Token));
        Assert.True(_host.IsComplete);
        Assert.Equal(["GET /info"], _engine.UnreadRequests());
    }

    [Fact]
    public async Task A_resolver_that_hangs_is_given_up_in_time()
    {
        _environment["DOCKERHOST_HOSTNAME"] = "shop-7";
        _answer = () => new TaskCompletionSource<IPAddress[]>().Task;
        Task<bool> learning = Host().LearnAsync(Token);

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.False(await learning.WaitAsync(FakeEngine.Limit, Token));
        Assert.Single(_log.Lines);
    }

    private EngineHost Host() => new(
        _api, name => _environment.GetValueOrDefault(name), ResolveAsync, new ContainerHappenings(_log), _time);

    private Task<IPAddress[]> ResolveAsync(string hostname, CancellationToken stop)
    {
        _resolved.Add(hostname);
        return _answer();
    }
}
