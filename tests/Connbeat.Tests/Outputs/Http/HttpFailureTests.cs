using System.Text;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Http;
using Connbeat.Telemetry;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Http;

/// <summary>Servers that are down, slow, broken, or none at all.</summary>
public sealed class HttpFailureTests : IAsyncDisposable
{
    private static readonly EncodedEvent[] Batch = [Encoded.Event(1, """{"n":1}"""), Encoded.Event(2, """{"n":2}""")];

    private readonly ManualTime _time = new();
    private readonly WebServer _server = new();
    private readonly List<IAsyncDisposable> _opened = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable opened in _opened)
        {
            await opened.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_later()
    {
        int port = WebServer.ClosedPort();

        Assert.Equal(
            new DeliveryResult.RetryLater($"http://127.0.0.1:{port}: Connection refused"),
            await SendAsync(Open("", $"127.0.0.1:{port}")));
    }

    [Fact]
    public async Task Of_several_hosts_the_first_that_answers_gets_the_batch_and_the_next_one_too()
    {
        WebServer other = Another();
        _server.Answers(WebServer.Status(503));
        HttpOutput output = Open("", $"http://127.0.0.1:{WebServer.ClosedPort()}", _server.Url, other.Url);

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));

        Assert.Single(_server.UnreadRequests());
        Assert.Equal(["{\"n\":1}\n{\"n\":2}\n", "{\"n\":1}\n{\"n\":2}\n"], other.UnreadRequests().Select(request => request.Text));
    }

    [Fact]
    public async Task Where_no_host_answers_the_last_one_says_why_and_a_pause_counts_only_where_all_ask_for_one()
    {
        int closed = WebServer.ClosedPort();
        _server.Answers(WebServer.Status(503, headers: "Retry-After: 9\r\n"), WebServer.Status(503, headers: "Retry-After: 9\r\n"));
        WebServer other = Another();
        other.Answers(WebServer.Status(429, headers: "Retry-After: 5\r\n"), WebServer.Status(429, headers: "Retry-After: 5\r\n"));

        Assert.Equal(
            new DeliveryResult.RetryLater($"http://127.0.0.1:{closed}: Connection refused"),
            await SendAsync(Open("", _server.Url, other.Url, $"127.0.0.1:{closed}")));
        Assert.Equal(
            new DeliveryResult.RetryLater($"{other.Url} answered 429 Words", TimeSpan.FromSeconds(5)),
            await SendAsync(Open("", _server.Url, other.Url)));
    }

    [Fact]
    public async Task With_loadbalance_the_hosts_get_requests_in_turn()
    {
        WebServer other = Another();
        HttpOutput output = Open("loadbalance: true", _server.Url, other.Url);
        for (int batch = 0; batch < 5; batch++)
        {
            Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        }

        Assert.Equal((3, 2), (_server.UnreadRequests().Count(), other.UnreadRequests().Count()));
    }

    [Fact]
    public async Task What_one_host_refuses_no_other_is_asked()
    {
        WebServer other = Another();
        _server.Answers(WebServer.Status(400));

        Assert.IsType<DeliveryResult.Refused>(await SendAsync(Open("", _server.Url, other.Url)));
        Assert.Equal(0, other.Connections);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n")]
    public async Task A_server_that_does_not_answer_in_time_is_left_and_the_next_one_asked(string begun)
    {
        WebServer other = Another();
        _server.Answers(WebServer.Stalls(begun));
        HttpOutput output = Open("timeout: 7s", _server.Url, other.Url);

        Task<DeliveryResult> sending = SendAsync(output);
        await _server.RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Same(DeliveryResult.Delivered.All, await sending);
        Assert.Single(other.UnreadRequests());
    }

    [Fact]
    public async Task No_answer_in_time_is_a_reason_to_try_later()
    {
        _server.Answers(WebServer.Stalls());
        HttpOutput output = Open("timeout: 7s", _server.Url);

        Task<DeliveryResult> sending = SendAsync(output);
        await _server.RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(new DeliveryResult.RetryLater($"{_server.Url} gave no answer within 7 s"), await sending);
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
    }

    [Fact]
    public async Task A_status_counts_though_its_body_breaks_off()
    {
        _server.Answers(WebServer.Raw("HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\nno such fi"u8.ToArray()));

        Assert.Equal(
            new DeliveryResult.Refused($"{_server.Url} answered 400 Bad Request: no such fi"),
            await SendAsync(Open("", _server.Url)));
    }

    [Fact]
    public async Task A_2xx_counts_though_its_body_never_comes_and_never_ends()
    {
        _server.Answers(
            WebServer.Stalls("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"),
            WebServer.Stalls("HTTP/1.1 200 OK\r\n\r\n" + new string('x', 200_000)));
        HttpOutput output = Open("", _server.Url);

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
    }

    [Fact]
    public async Task An_attempt_that_is_abandoned_ends_at_once()
    {
        using CancellationTokenSource abandon = new();
        _server.Answers(WebServer.Stalls());
        HttpOutput output = Open("", _server.Url);

        Task<DeliveryResult> sending = output.SendAsync(Batch, abandon.Token).AsTask();
        await _server.RequestAsync();
        await abandon.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(WebServer.Limit, Token));
    }

    [Fact]
    public async Task Single_events_that_were_taken_before_the_deadline_count_as_delivered()
    {
        using CancellationTokenSource deadline = new();
        DeliveryHappenings happened = new(new CollectingLogger<DeliveryHappenings>());
        MemoryLog log = new(new MemoryLogLimits(100, 100_000), _time, happened);
        ILogCursor cursor = log.Open("http");
        log.Append(1, 3);
        log.Complete();
        _server.Answers(WebServer.Status(200), WebServer.Stalls());
        HttpOutputOptions options = HttpSettings.Read("format: single", _server.Url);
        HttpOutput output = new(options, _time);
        _opened.Add(output);

        Task<PumpEnd> pump = new Pump(output, cursor, options.Pump, _time, happened).RunAsync(deadline.Token);
        await _server.RequestAsync();
        await _server.RequestAsync();
        await deadline.CancelAsync();

        Assert.Equal(PumpEnd.Abandoned, await pump.WaitAsync(WebServer.Limit, Token));
        Assert.Equal((1, 2), (cursor.Ledger.Delivered, cursor.Ledger.LostTo(LossReason.Shutdown)));
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_tried_later_and_well_again_after()
    {
        _server.Answers(WebServer.Raw([]), WebServer.Raw("HTTP/1.1 200 OK\r\nContent-"u8.ToArray()));
        HttpOutput output = Open("", _server.Url);

        Assert.StartsWith($"{_server.Url}: The response ended", Reason(await SendAsync(output)), StringComparison.Ordinal);
        Assert.StartsWith($"{_server.Url}: ", Reason(await SendAsync(output)), StringComparison.Ordinal);
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
    }

    [Fact]
    public async Task A_head_without_end_is_not_read_to_its_end()
    {
        _server.Answers(WebServer.Raw(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: " + new string('x', 1 << 20))));

        Assert.StartsWith($"{_server.Url}: ", Reason(await SendAsync(Open("", _server.Url))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_end_is_not_read_to_its_end_and_of_a_long_line_the_beginning_is_told()
    {
        _server.Answers(WebServer.Stalls("HTTP/1.1 500 No\r\n\r\n" + new string('x', 200_000)));

        Assert.Equal(
            $"{_server.Url} answered 500 No: {new string('x', 200)}…", Reason(await SendAsync(Open("", _server.Url))));
    }

    [Fact]
    public async Task Damaged_answers_are_judged_or_tried_later_and_nothing_else()
    {
        byte[] answer = Encoding.ASCII.GetBytes(
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Type: text/plain\r\n" +
            "Transfer-Encoding: chunked\r\n\r\n5\r\nquota\r\n0\r\n\r\n");
        Random random = new(20_26);
        HttpOutput output = Open("", _server.Url);
        int later = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] damaged = answer[..random.Next(answer.Length + 1)];
            for (int flips = random.Next(4); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            _server.Answers(WebServer.Raw(damaged));
            DeliveryResult result = await SendAsync(output);
            later += result is DeliveryResult.RetryLater ? 1 : 0;
            Assert.All(ReasonsOf(result), reason => Assert.DoesNotContain(reason, char.IsControl));
        }

        Assert.InRange(later, 300, 400);
    }

    private static string Reason(DeliveryResult result) => Assert.IsType<DeliveryResult.RetryLater>(result).Reason;

    private static IEnumerable<string> ReasonsOf(DeliveryResult result) => result switch
    {
        DeliveryResult.RetryLater later => [later.Reason],
        DeliveryResult.Refused refused => [refused.Reason],
        _ => [],
    };

    private WebServer Another()
    {
        WebServer server = new();
        _opened.Add(server);
        return server;
    }

    private HttpOutput Open(string settings, params string[] hosts)
    {
        HttpOutput output = new(HttpSettings.Read(settings, hosts), _time);
        _opened.Insert(0, output);
        return output;
    }

    private static Task<DeliveryResult> SendAsync(HttpOutput output) =>
        output.SendAsync(Batch, Token).AsTask().WaitAsync(WebServer.Limit, Token);
}
