using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Outputs.Http;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>Servers that are down, slow, or break off: nothing is lost, and nothing is stored twice.</summary>
public sealed class ElasticFailureTests : IAsyncDisposable
{
    private static readonly EncodedEvent[] Batch = [Encoded.Event(1, """{"n":1}"""), Encoded.Event(2, """{"n":2}""")];

    private readonly ManualTime _time = new();
    private readonly ElasticServer _server = new();
    private readonly List<ElasticsearchOutput> _opened = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (ElasticsearchOutput opened in _opened)
        {
            await opened.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(401, "; see that output.elasticsearch says who asks, and that they may")]
    [InlineData(403, "; see that output.elasticsearch says who asks, and that they may")]
    [InlineData(404, "; see that output.elasticsearch says where it is, and below which path")]
    [InlineData(405, "; see that output.elasticsearch says where it is, and below which path")]
    [InlineData(406, "; see that output.elasticsearch.headers leaves the kind of the content alone")]
    [InlineData(407, "; see that output.elasticsearch.proxy_url says who asks")]
    [InlineData(408, "")]
    [InlineData(429, "")]
    [InlineData(500, "")]
    [InlineData(502, "")]
    [InlineData(503, "")]
    public async Task A_status_that_is_not_about_the_events_is_tried_later(int status, string advice)
    {
        _server.Web.Answers(WebServer.Status(status));

        Assert.Equal(
            new DeliveryResult.RetryLater($"{_server.Url} answered {status} Words{advice}"), await SendAsync(Open()));
    }

    [Fact]
    public async Task A_redirection_is_not_followed()
    {
        _server.Web.Answers(WebServer.Status(302, headers: "Location: /elsewhere\r\n"));

        Assert.Equal(
            new DeliveryResult.RetryLater(
                $"{_server.Url} answered 302 Words; redirections are not followed, so name in output.elasticsearch where it leads"),
            await SendAsync(Open()));
    }

    [Fact]
    public async Task Retry_after_is_honoured()
    {
        _server.Web.Answers(WebServer.Status(429, headers: "Retry-After: 7\r\n"));

        Assert.Equal(
            new DeliveryResult.RetryLater($"{_server.Url} answered 429 Words", TimeSpan.FromSeconds(7)), await SendAsync(Open()));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_later_and_the_next_one_asked()
    {
        int closed = WebServer.ClosedPort();

        Assert.Equal(
            new DeliveryResult.RetryLater($"http://127.0.0.1:{closed}: Connection refused"),
            await SendAsync(Open("", $"127.0.0.1:{closed}")));
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(Open("", $"127.0.0.1:{closed}", _server.Url)));
    }

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.5, true)]
    [InlineData(0.5, false)]
    [InlineData(0.99, false)]
    public async Task An_answer_cut_short_is_no_answer_and_what_was_stored_is_not_stored_again(double share, bool isWhole)
    {
        _server.Web.Answers(_server.StoresAndBreaksOff(share, isWhole));
        ElasticsearchOutput output = Open();

        Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(output));
        Assert.Equal((2, 0), (_server.Bulk.Stored.Count, _server.Bulk.Conflicts));

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        Assert.Equal((2, 2), (_server.Bulk.Stored.Count, _server.Bulk.Conflicts));
    }

    [Theory]
    [InlineData("<html>200</html>", "an answer to _bulk that is not JSON, or breaks off")]
    [InlineData("""{"errors":false,"items":[]}""", "an answer to _bulk that has 0 items for 2 events")]
    [InlineData("{}", "an answer to _bulk that has no items")]
    public async Task An_answer_that_is_none_is_told(string body, string words)
    {
        _server.Web.Answers(WebServer.Status(200, body));

        Assert.Equal(new DeliveryResult.RetryLater($"{_server.Url} gave {words}"), await SendAsync(Open()));
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        _server.Web.Answers(WebServer.Stalls("HTTP/1.1 200 OK\r\n\r\n" + new string(' ', 200_000)));

        Assert.Equal(
            new DeliveryResult.RetryLater($"{_server.Url} answered 200 with more than {BulkAnswer.MostBytes(2)} bytes"),
            await SendAsync(Open()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(300)]
    public async Task A_reset_before_or_amid_the_request_stores_nothing(int after)
    {
        _server.Web.Vanishes(after);
        ElasticsearchOutput output = Open();

        Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(output));
        Assert.Empty(_server.Bulk.Stored);
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
    }

    [Fact]
    public async Task A_reset_behind_the_request_stores_once()
    {
        _server.Web.Answers(_server.StoresAndThen(WebServer.Raw([])));
        ElasticsearchOutput output = Open();

        Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(output));
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        Assert.Equal((2, 2), (_server.Bulk.Stored.Count, _server.Bulk.Conflicts));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"items\":[")]
    public async Task An_answer_that_is_slower_than_the_timeout_is_none(string begun)
    {
        _server.Web.Answers(_server.StoresAndThen(WebServer.Stalls(begun)));
        ElasticsearchOutput output = Open("timeout: 7s", _server.Url);

        Task<DeliveryResult> sending = SendAsync(output);
        await _server.Web.RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(new DeliveryResult.RetryLater($"{_server.Url} gave no answer within 7 s"), await sending);
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output));
        Assert.Equal((2, 2), (_server.Bulk.Stored.Count, _server.Bulk.Conflicts));
    }

    /// <summary>
    /// Whatever befalls requests, answers and single events, a batch that is tried until it is delivered is stored once.
    /// </summary>
    [Fact]
    public async Task Through_any_mixture_of_troubles_everything_is_stored_once()
    {
        Random random = new(20_26);
        ElasticsearchOutput output = Open();
        int requests = 0;
        for (int batch = 0; batch < 60; batch++)
        {
            List<EncodedEvent> left = [.. Enumerable.Range(1, 20).Select(i => Encoded.Event((batch * 20) + i, $"{{\"n\":{i}}}"))];
            while (left.Count > 0)
            {
                Trouble(random);
                Assert.InRange(requests++, 0, 1000);
                left = await output.SendAsync(left, Token) switch
                {
                    DeliveryResult.Delivered => [],
                    DeliveryResult.Partial { Rejected: [] } partial => [.. partial.Retry.Select(position => left[position])],
                    _ => left,
                };
                _time.Advance(TimeSpan.FromMinutes(2)); // nobody rests
            }
        }

        Assert.Equal(1200, _server.Bulk.Stored.Count);
        Assert.InRange(_server.Bulk.Conflicts, 100, int.MaxValue);
        Assert.InRange(requests, 90, int.MaxValue);
    }

    private void Trouble(Random random)
    {
        switch (random.Next(7))
        {
            case 0:
                _server.Web.Answers(_server.StoresAndBreaksOff(random.NextDouble(), random.Next(2) == 0));
                break;
            case 1:
                _server.Web.Answers(_server.StoresAndThen(WebServer.Raw([])));
                break;
            case 2:
                _server.Web.Answers(WebServer.Status(random.Next(2) == 0 ? 429 : 503));
                break;
            case 3:
                for (int i = 0; i < 20; i++)
                {
                    _server.Bulk.Troubles.Enqueue(random.Next(3) switch { 0 => 429, 1 => 503, _ => 0 });
                }

                break;
        }
    }

    private ElasticsearchOutput Open(string settings = "", params string[] hosts)
    {
        ElasticsearchOptions options = ElasticSettings.Read(settings, hosts is [] ? [_server.Url] : hosts);
        ElasticsearchOutput output = new(options, _time);
        _opened.Add(output);
        return output;
    }

    private static async Task<DeliveryResult> SendAsync(ElasticsearchOutput output) =>
        await output.SendAsync(Batch, Token).AsTask().WaitAsync(WebServer.Limit, Token);
}
