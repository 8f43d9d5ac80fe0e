using System.Net;
using System.Threading.Channels;
using Connbeat.Enrichment;
using Connbeat.Enrichment.Docker;
using Connbeat.Events;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class DockerEngineTests : IAsyncDisposable
{
    private const string Another = "0d4b7a32f1968e5c3b0a7d42918f6e5d3c2b1a095f0c1e9a7b3d48f26a915c8e";

    private readonly ManualTime _time = new();
    private readonly FakeEngine _engine = new();
    private readonly CollectingLogger<ContainerHappenings> _log = new();
    private readonly ContainerHappenings _happenings;
    private readonly SecretsInForce _secrets = new(SecretRemoval.None);
    private readonly Channel<ContainerNews> _news = Channel.CreateUnbounded<ContainerNews>();
    private readonly Dictionary<string, string> _environment = new()
    {
        ["DOCKERHOST_HOSTNAME"] = "shop-7",
        ["DOCKERHOST_IP"] = "198.51.100.7",
    };

    private Func<Task<IPAddress[]>> _resolve = () => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.17")]);
    private DockerEngine? _asking;

    public DockerEngineTests() => _happenings = new ContainerHappenings(_log);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DockerEngine Asking => _asking ??= Ask(_news.Writer);

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task A_container_is_looked_up_and_told_with_the_engines_host()
    {
        _environment.Clear();
        _engine.Start();

        Asking.Request(FakeEngine.Web);

        ContainerNews news = await NewsAsync();
        Assert.Equal(FakeEngine.Web, news.Id);
        Assert.Equal(("/shop-web-1", "nginx:1.27"), (news.Details?.Name, news.Details?.Image));
        Assert.Equal("shop", news.Details?.Labels["com.docker.compose.project"]);
        Assert.Equal([new PublishedPort("192.0.2.17", "8080")], news.Details?.Ports["80"]);
        Assert.Equal(["SHOP_TIER=front"], news.Details?.Environment);
        Assert.Equal("berlin-07", news.Details?.Host.Hostname);
        Assert.Equal(["192.0.2.17"], news.Details?.Host.Ips);
        Assert.Equal(
            $"Information Containers are told with what the engine at unix://{_engine.SocketPath} says of them.",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public async Task Where_something_else_is_withheld_all_are_asked_for_again()
    {
        await FollowingAsync(FakeEngine.Web);
        _secrets.Now = new SecretRemoval { FromLabel = (_, _) => "*", FromVariable = _ => "SHOP_TIER=*" };

        Asking.RefreshAll();

        ContainerNews news = await NewsAsync();
        Assert.Same(_secrets.Now, news.Secrets);
        Assert.All(news.Details!.Labels, label => Assert.Equal("*", label.Value));
        Assert.Equal(["SHOP_TIER=*"], news.Details.Environment);
    }

    [Fact]
    public async Task A_container_of_another_runtime_is_told_without_details()
    {
        _engine.Start();

        Asking.Request(Another);
        Asking.Request("../info");

        Assert.Equal(
            [new ContainerNews("../info", null), new ContainerNews(Another, null)],
            new[] { await NewsAsync(), await NewsAsync() }.OrderBy(news => news.Id, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_the_list_the_inspection_names_the_image()
    {
        _engine["/containers/json"] = FakeEngine.Text(500, "{}");
        _engine.Start();

        Asking.Request(FakeEngine.Web);

        Assert.Equal("nginx:1.27", (await NewsAsync()).Details?.Image);
    }

    [Fact]
    public async Task The_engine_is_only_read_and_nothing_is_executed()
    {
        _engine.Start();
        Asking.Request(FakeEngine.Web);
        Asking.Request(Another);
        await NewsAsync();
        await NewsAsync();
        await EndAsync();

        string[] requests = [.. _engine.UnreadRequests()];
        Assert.NotEmpty(requests);
        Assert.All(requests, request => Assert.StartsWith("GET /", request, StringComparison.Ordinal));
        Assert.DoesNotContain(requests, request => request.Contains("/exec", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_container_that_an_event_names_is_looked_up_again(int line)
    {
        string told = Fixture.Lines("docker/events.ndjson")[line];
        await FollowingAsync(FakeEngine.Web);
        _engine[$"/containers/{FakeEngine.Web}/json"] = Renamed("/front");

        _engine.Tell(told[..41], told[41..] + "\n");

        Assert.Equal("/front", (await NewsAsync()).Details?.Name);
    }

    [Fact]
    public async Task Events_about_what_nobody_asked_for_cost_no_request()
    {
        await FollowingAsync(FakeEngine.Web);

        // The events of both; then one that is known to be read last.
        _engine.Tell([.. Fixture.Lines("docker/events.ndjson")[2..6], Fixture.Lines("docker/events.ndjson")[0]]);

        await NewsAsync();
        Assert.DoesNotContain(
            _engine.UnreadRequests(), request => request.Contains(FakeEngine.Resolver, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_container_that_is_destroyed_is_not_asked_for_again()
    {
        await FollowingAsync(FakeEngine.Resolver, FakeEngine.Web);

        _engine.Tell([Fixture.Lines("docker/events.ndjson")[6], Fixture.Lines("docker/events.ndjson")[2]]);
        _engine.EndEvents();
        await AdvanceToNextAttemptAsync();

        Assert.Equal(FakeEngine.Web, (await NewsAsync()).Id);
        await _engine.RequestAsync("/events");
        Assert.False(_news.Reader.TryRead(out _));
    }

    [Fact]
    public async Task An_engine_that_comes_later_costs_no_more_than_names_until_then()
    {
        Asking.Request(FakeEngine.Web);
        Asking.Request(FakeEngine.Resolver);

        ContainerNews[] nothing = [await NewsAsync(), await NewsAsync()];
        Assert.All(nothing, news => Assert.Null(news.Details));
        _engine.Start();
        await AdvanceToNextAttemptAsync(waiting: 3); // both containers, and the engine itself

        HashSet<string> names = [];
        while (names.Count < 2)
        {
            names.Add((await DetailsAsync()).Name);
        }

        Assert.Equal(["/resolver", "/shop-web-1"], names.Order(StringComparer.Ordinal));
        await UntilAsync(() => _log.Lines.Count > 1);
        Assert.Equal(
            [
                $"Warning The container engine at unix://{_engine.SocketPath} can't be asked: there is no such socket. " +
                "It is tried again; until then new containers are told by their ids only, without name, image, labels, " +
                "ports and environment. DOCKER_HOST names another engine.",
                $"Information The container engine at unix://{_engine.SocketPath} answers again.",
            ],
            _log.Lines);
        Assert.Equal(1, _happenings.Outages);
    }

    [Fact]
    public async Task An_engine_that_is_away_is_asked_less_and_less_often()
    {
        _ = Asking;
        List<double> waits = [];
        for (int attempt = 0; attempt < 8; attempt++)
        {
            waits.Add((await WaitAsync()).TotalSeconds);
            _time.Advance(TimeSpan.FromSeconds(waits[^1]));
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], waits);
    }

    [Fact]
    public async Task After_an_engine_was_away_everything_is_looked_up_again()
    {
        await FollowingAsync(FakeEngine.Web, FakeEngine.Resolver);
        await _engine.StopAsync();
        _engine[$"/containers/{FakeEngine.Web}/json"] = Renamed("/front");
        _engine[$"/containers/{FakeEngine.Resolver}/json"] = FakeEngine.Text(404, "{}");
        await AdvanceToNextAttemptAsync();
        await UntilAsync(() => _happenings.Outages == 1);

        _engine.Start();
        await AdvanceToNextAttemptAsync();

        ContainerNews[] news = [await NewsAsync(), await NewsAsync()];
        Assert.Equal("/front", Array.Find(news, item => item.Id == FakeEngine.Web)?.Details?.Name);
        Assert.Null(Array.Find(news, item => item.Id == FakeEngine.Resolver)?.Details);
        Assert.Equal(3, _log.Lines.Count);
        Assert.EndsWith("answers again.", _log.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_of_events_that_ends_is_begun_again_without_a_word()
    {
        await FollowingAsync(FakeEngine.Web);

        _engine.EndEvents();
        await AdvanceToNextAttemptAsync();
        await NewsAsync();
        string again = await _engine.RequestAsync("/events");

        // The stream begins with what happened since a second before it was asked for.
        Assert.Contains($"since={_time.GetUtcNow().ToUnixTimeSeconds() - 1}&", again, StringComparison.Ordinal);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task A_stream_that_ends_at_once_is_begun_again_less_often_and_one_that_held_a_minute_at_once()
    {
        _engine.Start();
        _ = Asking;
        List<double> waits = [];
        foreach (int held in new[] { 0, 0, 0, 0, 60, 0 })
        {
            await _engine.RequestAsync("/events");
            _time.Advance(TimeSpan.FromSeconds(held));
            _engine.EndEvents();
            waits.Add((await WaitAsync()).TotalSeconds);
            _time.Advance(TimeSpan.FromSeconds(waits[^1]));
        }

        Assert.Equal([1, 2, 4, 8, 1, 2], waits);
    }

    [Fact]
    public async Task Events_that_can_not_be_followed_are_told_once_and_made_up_for_by_asking()
    {
        _engine["/events"] = FakeEngine.Text(403, "{}");
        _engine.Start();
        Asking.Request(FakeEngine.Web);
        await NewsAsync();

        for (int attempt = 0; attempt < 3; attempt++)
        {
            await AdvanceToNextAttemptAsync();
            Assert.Equal("/shop-web-1", (await DetailsAsync()).Name);
        }

        Assert.Equal(
            $"Warning The events of the container engine at unix://{_engine.SocketPath} can't be followed: the answer to " +
            "GET /events is 403 Forbidden. It is tried again; until then a container that is renamed keeps its old name " +
            "for up to a minute.",
            Assert.Single(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_container_that_can_not_be_looked_up_holds_up_no_other_and_is_tried_again()
    {
        _engine[$"/containers/{FakeEngine.Web}/json"] = FakeEngine.Text(500, """{"message":"layer is broken"}""");
        _engine.Start();
        Asking.Request(FakeEngine.Web);
        Assert.Equal(new ContainerNews(FakeEngine.Web, null), await NewsAsync());
        Asking.Request(FakeEngine.Resolver);
        Assert.Equal("/resolver", (await NewsAsync()).Details?.Name);

        _engine[$"/containers/{FakeEngine.Web}/json"] = Renamed("/front");
        await AdvanceToNextAttemptAsync();

        Assert.Equal("/front", (await NewsAsync()).Details?.Name);
        Assert.Equal(
            $"Warning Container {FakeEngine.Web} could not be looked up, and is told by its id only: the answer to GET " +
            $"/containers/{FakeEngine.Web}/json is 500 InternalServerError: layer is broken. It is tried again.",
            _log.Lines[1]);
        Assert.Equal(1, _happenings.LookupsFailed);
    }

    [Fact]
    public async Task A_container_that_hangs_in_the_engine_holds_up_no_other()
    {
        _engine[$"/containers/{FakeEngine.Web}/json"] = FakeEngine.Silence;
        _engine.Start();
        Asking.Request(FakeEngine.Web);
        await _engine.RequestAsync($"/containers/{FakeEngine.Web}/json");

        for (int other = 0; other < 20; other++)
        {
            Asking.Request($"{Another}{other}");
        }

        for (int other = 0; other < 20; other++)
        {
            Assert.StartsWith(Another, (await NewsAsync()).Id, StringComparison.Ordinal);
        }

        _time.Advance(DockerApi.Patience);
        Assert.Equal(new ContainerNews(FakeEngine.Web, null), await NewsAsync());
    }

    [Fact]
    public async Task A_host_that_is_resolved_later_is_told_with_every_container_again()
    {
        _environment.Clear();
        _resolve = () => Task.FromResult<IPAddress[]>([]);
        _engine.Start();
        Asking.Request(FakeEngine.Web);
        ContainerHost host = (await DetailsAsync()).Host;
        Assert.Equal(("berlin-07", null), (host.Hostname, host.Ips));

        _resolve = () => Task.FromResult<IPAddress[]>([IPAddress.Parse("198.51.100.7")]);
        await AdvanceToNextAttemptAsync();

        Assert.Equal(["198.51.100.7"], (await DetailsAsync()).Host.Ips);
    }

    [Fact]
    public async Task News_wait_for_whoever_takes_them_and_none_is_lost()
    {
        Channel<ContainerNews> narrow = Channel.CreateBounded<ContainerNews>(1);
        _engine.Start();
        _asking = Ask(narrow.Writer);
        for (int number = 0; number < 100; number++)
        {
            _asking.Request($"{Another}{number}");
        }

        HashSet<string> told = [];
        while (told.Count < 100)
        {
            told.Add((await narrow.Reader.ReadAsync(Token).AsTask().WaitAsync(FakeEngine.Limit, Token)).Id);
        }

        Assert.Equal(100, told.Count);
    }

    [Fact]
    public async Task Whatever_is_under_way_ends_at_once_and_every_connection_is_closed()
    {
        Channel<ContainerNews> full = Channel.CreateBounded<ContainerNews>(1);
        _engine[$"/containers/{FakeEngine.Resolver}/json"] = FakeEngine.Silence;
        _engine.Start();
        _asking = Ask(full.Writer);
        await _engine.RequestAsync("/events");
        _asking.Request(FakeEngine.Resolver);
        _asking.Request(FakeEngine.Web);
        _asking.Request(Another);
        await _engine.RequestAsync($"/containers/{Another}/json");

        await EndAsync();

        await _engine.AllClosedAsync();
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task It_also_ends_where_nobody_takes_news_any_more()
    {
        _engine.Start();
        _news.Writer.Complete();

        Asking.Request(FakeEngine.Web);
        await _engine.RequestAsync($"/containers/{FakeEngine.Web}/json");
        await EndAsync();

        Assert.Single(_log.Lines);
        await _engine.AllClosedAsync();
    }

    [Fact]
    public async Task Requests_without_end_are_bounded_and_counted_and_nobody_waits_for_them()
    {
        _engine["/_ping"] = FakeEngine.Silence;
        _engine.Start();

        for (int number = 0; number < ContainerDirectory.Capacity + 10; number++)
        {
            Asking.Request($"{Another}{number}");
        }

        Assert.Equal(10, _happenings.RequestsDropped);
        Assert.Equal(new ContainerNews($"{Another}{ContainerDirectory.Capacity}", null), await NewsAsync());
        Assert.Single(_log.Lines);
    }

    private static FakeEngine.Answer Renamed(string name) =>
        FakeEngine.Text(200, FakeEngine.Read("inspect-web.json").Replace("/shop-web-1", name, StringComparison.Ordinal));

    private DockerEngine Ask(ChannelWriter<ContainerNews> news)
    {
        DockerApi api = new(_engine.Endpoint, _time);
        EngineHost host = new(api, _environment.GetValueOrDefault, (_, _) => _resolve(), _happenings, _time);
        return new DockerEngine(api, host, ["SHOP_TIER", "LANG"], _secrets, news, _happenings, _time);
    }

    private async Task EndAsync()
    {
        if (_asking is not null)
        {
            await _asking.DisposeAsync().AsTask().WaitAsync(FakeEngine.Limit, CancellationToken.None);
            _asking = null;
        }
    }

    /// <summary>Asks for containers and follows events.</summary>
    private async Task FollowingAsync(params string[] ids)
    {
        _engine.Start();
        await UntilFollowedAsync();
        foreach (string id in ids)
        {
            Asking.Request(id);
            await NewsAsync();
        }

        _ = _engine.UnreadRequests().Count();
    }

    private async Task UntilFollowedAsync()
    {
        _ = Asking;
        await _engine.RequestAsync("/events");
    }

    private async Task<ContainerNews> NewsAsync() =>
        await _news.Reader.ReadAsync(Token).AsTask().WaitAsync(FakeEngine.Limit, Token);

    /// <summary>The next news that have details.</summary>
    private async Task<ContainerDetails> DetailsAsync()
    {
        ContainerDetails? details;
        do
        {
            details = (await NewsAsync()).Details;
        }
        while (details is null);

        return details;
    }

    /// <summary>The next wait before something is tried again, as soon as it begins; not the patience with an answer.</summary>
    private async Task<TimeSpan> WaitAsync()
    {
        TimeSpan wait;
        do
        {
            wait = await _time.Armed.ReadAsync(Token).AsTask().WaitAsync(FakeEngine.Limit, Token);
        }
        while (wait == DockerApi.Patience || wait == TimeSpan.FromSeconds(5));

        return wait;
    }

    /// <summary>Lets what is tried again be tried, as soon as so many wait for it.</summary>
    private async Task AdvanceToNextAttemptAsync(int waiting = 1)
    {
        TimeSpan longest = TimeSpan.Zero;
        for (; waiting > 0; waiting--)
        {
            TimeSpan wait = await WaitAsync();
            longest = wait > longest ? wait : longest;
        }

        _time.Advance(longest);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using CancellationTokenSource limit = new(FakeEngine.Limit);
        while (!isSo())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
