using System.Text.Json.Nodes;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Outputs.Http;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Elasticsearch;

public sealed class ElasticsearchOutputTests : IAsyncDisposable
{
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

    [Fact]
    public async Task A_batch_is_one_request_with_a_line_for_each_event_that_says_where_it_goes_and_under_which_id()
    {
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(Open(), Event(1), Event(0xab)));

        WebRequest request = await _server.Web.RequestAsync();
        Assert.Equal($"POST /_bulk?filter_path={BulkAnswer.FilterPath} HTTP/1.1", request.Line);
        Assert.Equal("application/x-ndjson", request["Content-Type"]);
        Assert.Equal("application/json", request["Accept"]);
        Assert.Null(request["Authorization"]);
        Assert.Equal(
            """
            {"create":{"_index":"connbeat-2026.01.02","_id":"00000000000000000000000000000001"}}
            {"n":1}
            {"create":{"_index":"connbeat-2026.01.02","_id":"000000000000000000000000000000ab"}}
            {"n":171}

            """,
            request.Text);
        Assert.Equal(2, _server.Bulk.Stored.Count);
    }

    [Fact]
    public async Task The_day_is_that_of_the_event_in_utc_so_that_what_is_sent_again_goes_to_the_same_index()
    {
        EncodedEvent late = Event(1) with { Timestamp = new DateTimeOffset(2026, 5, 6, 1, 30, 0, TimeSpan.FromHours(2)) };

        await SendAsync(Open(), late);

        Assert.Equal(["connbeat-2026.05.05"], _server.Bulk.Stored.Keys.Select(key => key.Index));
    }

    [Fact]
    public async Task Ecs_goes_to_a_data_stream()
    {
        _server.Bulk.DataStreams.Add("logs-connbeat.connection-default");

        Assert.Same(
            DeliveryResult.Delivered.All,
            await SendAsync(Open("schema: ecs"), Encoded.Event(1, """{"@timestamp":"2026-01-02T03:04:05.006Z"}""")));
        Assert.Equal("logs-connbeat.connection-default", Assert.Single(_server.Bulk.Stored).Key.Index);
    }

    [Fact]
    public async Task Rules_choose_index_and_pipeline()
    {
        _server.Bulk.Pipelines.UnionWith(["geo", "ssh"]);
        ElasticsearchOutput output = Open(
            "index: 'a-%{[event.action]}', pipeline: geo, " +
            "indices: [{ index: 'b-%{+yyyy}', when.equals: { local_port: 22 } }], " +
            "pipelines: [{ pipeline: ssh, when.equals: { local_port: 22 } }]");

        DeliveryResult result = await SendAsync(
            output,
            Encoded.Event(1, """{"event":{"action":"gap"},"local_port":1}"""),
            Encoded.Event(2, """{"event":{"action":"gap"},"local_port":22}"""),
            Encoded.Event(3, """{"local_port":1}"""));

        Rejection lost = Assert.Single(Assert.IsType<DeliveryResult.Partial>(result).Rejected);
        Assert.Equal(new Rejection(2, "output.elasticsearch.index names no index for it: it lacks event.action"), lost);
        Assert.Equal(["a-gap", "b-2026"], _server.Bulk.Stored.Keys.Select(key => key.Index).Order());
        Assert.Equal(["geo", "ssh"], _server.Bulk.Piped);
    }

    [Fact]
    public async Task What_was_stored_before_is_delivered_and_not_stored_twice()
    {
        ElasticsearchOutput output = Open();

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output, Event(1), Event(2)));
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output, Event(2), Event(3)));
        Assert.Equal((3, 1), (_server.Bulk.Stored.Count, _server.Bulk.Conflicts));
    }

    [Fact]
    public async Task Statuses_mixed_in_one_answer_are_kept_apart()
    {
        _server.Bulk.Mapping = new MappingCheck(JsonNode.Parse("""{"dynamic":false,"properties":{"n":{"type":"long"}}}""")!.AsObject());
        ElasticsearchOutput output = Open();
        await SendAsync(output, Event(5));
        foreach (int trouble in (int[])[429, 0, 503, 0, 500])
        {
            _server.Bulk.Troubles.Enqueue(trouble);
        }

        DeliveryResult result = await SendAsync(
            output, Event(1), Event(2), Event(3), Encoded.Event(4, """{"n":"hunter2"}"""), Event(6), Event(5), Event(7));

        DeliveryResult.Partial partial = Assert.IsType<DeliveryResult.Partial>(result);
        Assert.Equal([0, 2, 4], partial.Retry);
        Assert.Equal(
            new Rejection(3, "document_parsing_exception: [1:57] failed to parse field [n] of type [long] in document with id"),
            Assert.Single(partial.Rejected));
        Assert.Equal((3, 1), (_server.Bulk.Stored.Count, _server.Bulk.Conflicts));
    }

    [Fact]
    public async Task Where_nothing_could_be_stored_now_it_is_told_why()
    {
        _server.Bulk.Troubles.Enqueue(403);
        _server.Bulk.Troubles.Enqueue(429);

        Assert.Equal(
            new DeliveryResult.RetryLater(
                $"{_server.Url} stored 0 of 2 events: 403 security_exception: action [indices:data/write/bulk[s]] is unauthorized for user [joe]"),
            await SendAsync(Open(), Event(1), Event(2)));
    }

    [Fact]
    public async Task A_batch_too_large_is_refused_so_that_it_is_halved()
    {
        _server.Bulk.MostBytes = 120;

        DeliveryResult result = await SendAsync(Open(), Event(1), Event(2));

        Assert.Equal(new DeliveryResult.Refused($"{_server.Url} answered 413 Words"), result);
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(Open(), Event(1)));
    }

    [Theory]
    [InlineData("parameters: { op: a }", "unrecognized parameter: [op]")]
    public async Task A_wrong_address_is_no_reason_to_lose_events(string settings, string reason)
    {
        DeliveryResult.RetryLater later = Assert.IsType<DeliveryResult.RetryLater>(await SendAsync(Open(settings), Event(1)));

        Assert.Contains(reason, later.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("username: joe, password: hunter2", "Basic am9lOmh1bnRlcjI=")]
    [InlineData("api_key: 'id:key'", "ApiKey aWQ6a2V5")]
    [InlineData("api_key: aWQ6a2V5", "ApiKey aWQ6a2V5")]
    [InlineData("bearer_token: ey.J", "Bearer ey.J")]
    [InlineData("headers: { Authorization: Negotiate x }", "Negotiate x")]
    public async Task Who_asks_is_told_in_one_of_the_ways(string settings, string authorization)
    {
        await SendAsync(Open(settings), Event(1));

        Assert.Equal(authorization, (await _server.Web.RequestAsync())["Authorization"]);
    }

    [Fact]
    public async Task Path_parameters_headers_and_the_user_of_an_address_are_sent()
    {
        ElasticsearchOutput output = Open(
            "path: /search, parameters: { routing: r }, headers: { X-Site: edge }", $"http://joe:hunter2@127.0.0.1:{_server.Web.Port}");

        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(output, Event(1)));

        WebRequest request = await _server.Web.RequestAsync();
        Assert.Equal($"POST /search/_bulk?routing=r&filter_path={BulkAnswer.FilterPath} HTTP/1.1", request.Line);
        Assert.Equal(("edge", "Basic am9lOmh1bnRlcjI="), (request["X-Site"], request["Authorization"]));
    }

    [Fact]
    public async Task A_body_can_be_compressed()
    {
        Assert.Same(DeliveryResult.Delivered.All, await SendAsync(Open("compression_level: 6"), Event(1), Event(2)));

        WebRequest request = await _server.Web.RequestAsync();
        Assert.Equal("gzip", request["Content-Encoding"]);
        Assert.Equal(2, _server.Bulk.Stored.Count);
    }

    [Fact]
    public async Task The_hosts_get_requests_in_turn_unless_told_otherwise()
    {
        await using ElasticServer other = new();
        ElasticsearchOutput balanced = Open("", _server.Url, other.Url);
        ElasticsearchOutput first = Open("loadbalance: false", _server.Url, other.Url);
        for (int batch = 1; batch <= 4; batch++)
        {
            await SendAsync(balanced, Event(batch));
        }

        Assert.Equal((2, 2), (_server.Web.UnreadRequests().Count(), other.Web.UnreadRequests().Count()));
        for (int batch = 1; batch <= 4; batch++)
        {
            await SendAsync(first, Event(batch));
        }

        Assert.Equal((4, 0), (_server.Web.UnreadRequests().Count(), other.Web.UnreadRequests().Count()));
    }

    [Fact]
    public async Task No_word_of_a_server_repeats_a_secret_or_a_value()
    {
        const string Answer = """{"error":{"type":"parse_exception","reason":"hunter2 sent id:key near 'psql -p secret'"},"status":400}""";
        _server.Web.Answers(WebServer.Status(400, Answer), WebServer.Status(401, Answer));
        ElasticsearchOutput output = Open("username: joe, password: hunter2");

        Assert.Equal(
            new DeliveryResult.Refused($"{_server.Url} answered 400 Words: parse_exception: **** sent id:key near"),
            await SendAsync(output, Event(1)));
        Assert.Equal(
            new DeliveryResult.RetryLater(
                $"{_server.Url} answered 401 Words: parse_exception: **** sent id:key near; see that output.elasticsearch says who asks, and that they may"),
            await SendAsync(output, Event(1)));
    }

    private static EncodedEvent Event(long sequence) => Encoded.Event(sequence, $"{{\"n\":{sequence}}}");

    private ElasticsearchOutput Open(string settings = "", params string[] hosts)
    {
        ElasticsearchOptions options = ElasticSettings.Read(settings, hosts is [] ? [_server.Url] : hosts);
        ElasticsearchOutput output = new(options, _time);
        _opened.Add(output);
        return output;
    }

    private static async Task<DeliveryResult> SendAsync(ElasticsearchOutput output, params EncodedEvent[] batch) =>
        await output.SendAsync(batch, Token).AsTask().WaitAsync(WebServer.Limit, Token);
}
