using System.Net.Sockets;
using System.Text;
using Connbeat.Enrichment.Docker;
using Connbeat.Tests.Shared;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class DockerApiTests : IAsyncDisposable
{
    private static readonly HashSet<string> NoVariables = [];

    private readonly ManualTime _time = new();
    private readonly FakeEngine _engine = new();
    private readonly DockerApi _api;

    public DockerApiTests() => _api = new DockerApi(_engine.Endpoint, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task The_engine_is_asked_in_the_words_of_its_documentation()
    {
        _engine.Start();
        await _api.PingAsync(Token);
        await _api.HostnameAsync(Token);
        await _api.InspectAsync(FakeEngine.Web, NoVariables, Token);
        await _api.ImageAsync(FakeEngine.Web, Token);
        using DockerEvents events = await _api.FollowAsync(DateTimeOffset.FromUnixTimeSeconds(1773500966), Token);

        List<string> asked = [];
        while (asked.Count < 5)
        {
            asked.Add(Uri.UnescapeDataString(await _engine.RequestAsync())); // the last one is on its way
        }

        Assert.Equal(
            [
                "GET /_ping",
                "GET /info",
                $"GET /containers/{FakeEngine.Web}/json",
                $$"""GET /containers/json?all=true&filters={"id":["{{FakeEngine.Web}}"]}""",
                """GET /events?since=1773500966&filters={"type":["container","network"],""" +
                    """ "event":["start","rename","update","connect","disconnect","destroy","remove"]}""".TrimStart(),
            ],
            asked);
    }

    [Fact]
    public async Task What_the_engine_says_is_read()
    {
        _engine.Start();

        Assert.Equal("berlin-07", await _api.HostnameAsync(Token));
        Assert.Equal("nginx:1.27", await _api.ImageAsync(FakeEngine.Web, Token));
        ContainerInspection? web = await _api.InspectAsync(FakeEngine.Web, new HashSet<string> { "SHOP_TIER" }, Token);
        Assert.Equal("/shop-web-1", web?.Name);
        Assert.Equal(["SHOP_TIER=front"], web?.Environment);
    }

    [Fact]
    public async Task A_container_that_the_engine_does_not_have_is_no_failure()
    {
        _engine.Start();

        Assert.Null(await _api.InspectAsync("c2ada9df5af8", NoVariables, Token));
        Assert.Null(await _api.ImageAsync("c2ada9df5af8", Token));
    }

    [Fact]
    public async Task A_container_that_is_merely_named_so_is_another_one()
    {
        _engine["/containers/web/json"] = FakeEngine.Text(200, FakeEngine.Read("inspect-web.json"));
        _engine.Start();

        Assert.Null(await _api.InspectAsync("web", NoVariables, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/../../images")]
    [InlineData("a?b")]
    [InlineData("a%2e")]
    [InlineData("a\"]}")]
    [InlineData("a\n")]
    [InlineData("ä")]
    public async Task What_can_not_be_an_id_never_gets_into_a_request(string id)
    {
        _engine.Start();

        Assert.Null(await _api.InspectAsync(id, NoVariables, Token));
        Assert.Null(await _api.ImageAsync(id, Token));
        Assert.Null(await _api.InspectAsync(new string('a', 256), NoVariables, Token));
        Assert.Empty(_engine.UnreadRequests());
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_unreachable()
    {
        DockerException missing = await FailureAsync(DockerFailure.Unreachable);
        Assert.Equal("there is no such socket", missing.Message);

        await _engine.Start().StopAsync();
        await File.WriteAllTextAsync(_engine.SocketPath, "", Token);
        Assert.Equal("nobody listens there", (await FailureAsync(DockerFailure.Unreachable)).Message);
        File.Delete(_engine.SocketPath);
    }

    [Fact]
    public void A_socket_that_may_not_be_used_is_told_with_what_would_help()
    {
        _engine.Start();
        File.SetUnixFileMode(_engine.SocketPath, UnixFileMode.None);
        SocketException refusal = UnprivilegedThread.Run(() => Assert.Throws<SocketException>(() =>
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(_engine.SocketPath));
        }));

        DockerException denied = DockerException.Of(
            "GET /info", new HttpRequestException(HttpRequestError.ConnectionError, "no connection", refusal));

        Assert.Equal(DockerFailure.Unreachable, denied.Kind);
        Assert.Equal(
            "permission denied; run connbeat as root, or add its user to the group that owns the socket (docker)",
            denied.Message);
    }

    [Fact]
    public void A_connection_that_takes_too_long_is_none()
    {
        DockerException late = DockerException.Of(
            "GET /info", new TaskCanceledException("canceled", new TimeoutException("ConnectTimeout")));

        Assert.Equal((DockerFailure.Unreachable, "no connection within 5 s"), (late.Kind, late.Message));
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_words_of_the_engine()
    {
        _engine["/info"] = FakeEngine.Text(500, """{"message":"server is\nconfused"}""");
        _engine["/_ping"] = FakeEngine.Text(403, "<html>", "text/html");
        _engine["/events"] = FakeEngine.Text(403, "<html>", "text/html");
        _engine.Start();

        DockerException confused = await FailureAsync(DockerFailure.Refused);
        Assert.Equal("the answer to GET /info is 500 InternalServerError: server is confused", confused.Message);
        DockerException denied = await Assert.ThrowsAsync<DockerException>(() => _api.PingAsync(Token));
        Assert.Equal("the answer to GET /_ping is 403 Forbidden", denied.Message);
        denied = await Assert.ThrowsAsync<DockerException>(() => _api.FollowAsync(default, Token));
        Assert.Equal("the answer to GET /events is 403 Forbidden", denied.Message);
        Assert.Equal(DockerFailure.Refused, denied.Kind);
    }

    [Fact]
    public async Task An_engine_that_is_silent_is_given_up_in_time()
    {
        _engine["/info"] = FakeEngine.Silence;
        _engine.Start();
        Task<string> asking = _api.HostnameAsync(Token);
        await _engine.RequestAsync("/info");

        _time.Advance(DockerApi.Patience - TimeSpan.FromTicks(1));
        Assert.False(asking.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        DockerException silent =
            await Assert.ThrowsAsync<DockerException>(() => asking.WaitAsync(FakeEngine.Limit, Token));
        Assert.Equal((DockerFailure.NoAnswer, "no answer to GET /info within 10 s"), (silent.Kind, silent.Message));
        await _engine.AllClosedAsync();
    }

    [Fact]
    public async Task A_request_can_be_abandoned()
    {
        _engine["/info"] = FakeEngine.Silence;
        _engine.Start();
        using CancellationTokenSource stop = new();
        Task<string> asking = _api.HostnameAsync(stop.Token);
        await _engine.RequestAsync("/info");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(FakeEngine.Limit, Token));
        await _engine.AllClosedAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 17000000\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n{")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    public async Task An_answer_without_end_is_not_read_to_its_end(string head)
    {
        _engine["/info"] = (to, stop) => PourAsync(head, to, stop);
        _engine.Start();

        DockerException endless = await FailureAsync(DockerFailure.NotUnderstood);

        Assert.Equal("the answer to GET /info is not understood: more than 16777216 bytes", endless.Message);
        await _engine.AllClosedAsync();
    }

    [Theory]
    [InlineData("", DockerFailure.NoAnswer)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le", DockerFailure.NoAnswer)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Name\":\"berlin-07\"}", DockerFailure.NoAnswer)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"Nam", DockerFailure.NoAnswer)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", DockerFailure.NoAnswer)]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", DockerFailure.NoAnswer)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"Name\":", DockerFailure.NotUnderstood)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", DockerFailure.NotUnderstood)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\n\r\n", DockerFailure.Refused)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", DockerFailure.Refused)]
    public async Task An_answer_that_is_none_is_a_failure_and_nothing_worse(string response, object kind)
    {
        _engine["/info"] = FakeEngine.Raw(response);
        _engine.Start();

        await FailureAsync((DockerFailure)kind);
        await _engine.AllClosedAsync();
    }

    [Fact]
    public async Task Damaged_responses_are_values_or_failures()
    {
        byte[] whole = Encoding.UTF8.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
            "8\r\n{\"Name\":\r\nd\r\n\"berlin-07\"}  \r\n0\r\n\r\n");
        Random random = new(20_26);
        int failures = 0;
        _engine.Start();
        for (int round = 0; round < 1000; round++)
        {
            byte[] damaged = whole[..random.Next(1, whole.Length + 1)];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _engine["/info"] = (to, stop) => to.WriteAsync(damaged, stop).AsTask();
            try
            {
                await _api.HostnameAsync(Token).WaitAsync(FakeEngine.Limit, Token);
            }
            catch (DockerException)
            {
                failures++;
            }
        }

        Assert.InRange(failures, 500, 1000);
        await _engine.AllClosedAsync();
    }

    [Fact]
    public async Task Events_are_read_as_they_come_and_a_stream_may_end()
    {
        string[] told = Fixture.Lines("docker/events.ndjson");
        _engine.Start();
        using DockerEvents events = await _api.FollowAsync(_time.GetUtcNow(), Token);
        Task<DockerEvent?> first = events.ReadAsync(Token);
        Assert.False(first.IsCompleted);

        _engine.Tell(told[0][..7], told[0][7..100], told[0][100..], "\n" + told[1] + told[2] + "\n" + told[3][..50]);

        Assert.Equal(new DockerEvent("start", FakeEngine.Web), await first.WaitAsync(FakeEngine.Limit, Token));
        Assert.Equal(new DockerEvent("connect", FakeEngine.Web), await events.ReadAsync(Token));
        Assert.Equal(new DockerEvent("rename", FakeEngine.Resolver), await events.ReadAsync(Token));
        _engine.Tell(told[3][50..]);
        _engine.EndEvents();
        Assert.Equal("health_status: healthy", (await events.ReadAsync(Token))?.Action);
        Assert.Null(await events.ReadAsync(Token));
    }

    [Fact]
    public async Task Events_may_be_awaited_without_end()
    {
        // Podman sends not even a header before the first event.
        _engine["/events"] = FakeEngine.Silence;
        _engine.Start();
        Task<DockerEvents> following = _api.FollowAsync(_time.GetUtcNow(), Token);
        await _engine.RequestAsync("/events");

        _time.Advance(TimeSpan.FromDays(7));

        Assert.False(following.IsCompleted);
        await _engine.StopAsync();
        DockerException gone =
            await Assert.ThrowsAsync<DockerException>(() => following.WaitAsync(FakeEngine.Limit, Token));
        Assert.Equal((DockerFailure.Unreachable, "there is no such socket"), (gone.Kind, gone.Message));
    }

    [Fact]
    public async Task Events_that_are_none_are_a_failure()
    {
        _engine.Start();
        using DockerEvents garbage = await _api.FollowAsync(_time.GetUtcNow(), Token);
        using DockerEvents endless = await _api.FollowAsync(_time.GetUtcNow(), Token);
        Task<DockerEvent?> first = garbage.ReadAsync(Token);
        Task<DockerEvent?> second = endless.ReadAsync(Token);

        _engine.Tell("[\"", new string('a', DockerApi.LongestEvent));

        DockerException failure =
            await Assert.ThrowsAsync<DockerException>(() => second.WaitAsync(FakeEngine.Limit, Token));
        Assert.Equal(DockerFailure.NotUnderstood, failure.Kind);
        await Assert.ThrowsAsync<DockerException>(() => first.WaitAsync(FakeEngine.Limit, Token));
        using DockerEvents cut = await _api.FollowAsync(_time.GetUtcNow(), Token);
        Task<DockerEvent?> third = cut.ReadAsync(Token);
        await _engine.StopAsync();
        failure = await Assert.ThrowsAsync<DockerException>(() => third.WaitAsync(FakeEngine.Limit, Token));
        Assert.Equal(DockerFailure.NoAnswer, failure.Kind);
    }

    private static async Task PourAsync(string head, Stream to, CancellationToken stop)
    {
        byte[] chunk = Encoding.ASCII.GetBytes("10000\r\n" + new string(' ', 0x10000) + "\r\n");
        await to.WriteAsync(Encoding.ASCII.GetBytes(head), stop);
        while (true)
        {
            await to.WriteAsync(chunk, stop);
        }
    }

    private async Task<DockerException> FailureAsync(DockerFailure kind)
    {
        DockerException failure = await Assert.ThrowsAsync<DockerException>(
            () => _api.HostnameAsync(Token).WaitAsync(FakeEngine.Limit, Token));
        Assert.Equal(kind, failure.Kind);
        return failure;
    }
}
