using Connbeat.Delivery;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Tests.Outputs.Http;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>Asking a server who it is and whether it would store events, without sending it one.</summary>
public sealed class ElasticProbeTests : IAsyncDisposable
{
    private const string Hello = """{"name":"n1","cluster_name":"shop","version":{"number":"8.15.2","build_flavor":"default"},"tagline":"You Know, for Search"}""";

    private readonly ManualTime _time = new();
    private readonly ElasticServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_says_who_it_is_and_that_the_template_is_missing()
    {
        _server.Others["GET /"] = (200, Hello);

        Assert.Equal(
            new FarEnd(true, $"{_server.Url} is Elasticsearch 8.15.2, cluster shop; there is no index template connbeat yet: run connbeat setup"),
            await ProbeAsync());
        Assert.Empty(_server.Bulk.Stored);
    }

    [Theory]
    [InlineData(200, """{"has_all_requested":true}""", true, "")]
    [InlineData(400, """{"error":"no handler found for uri [/_security/user/_has_privileges] and method [POST]"}""", true, "")]
    [InlineData(500, """{"error":{"type":"exception","reason":"Security must be explicitly enabled"}}""", true, "")]
    [InlineData(200, "damaged", true, "")]
    [InlineData(200, """{"has_all_requested":false}""", false,
        "; who asks may not store events there: it takes the privileges create_doc and auto_configure for connbeat-*")]
    public async Task It_says_whether_who_asks_may_store_events(int status, string body, bool answers, string words)
    {
        _server.Others["GET /"] = (200, Hello);
        _server.Others["POST /_security/user/_has_privileges"] = (status, body);
        _server.Others["GET /_index_template/connbeat"] = (200, "{}");

        Assert.Equal(new FarEnd(answers, $"{_server.Url} is Elasticsearch 8.15.2, cluster shop{words}"), await ProbeAsync());
        WebRequest asked = _server.Web.UnreadRequests().Single(request => request.Line.StartsWith("POST", StringComparison.Ordinal));
        Assert.Equal("""{"index":[{"names":["connbeat-*"],"privileges":["create_doc","auto_configure"]}]}""", asked.Text);
    }

    [Theory]
    [InlineData(401, "security_exception", false,
        "answered 401 Words: security_exception: missing authentication; see that output.elasticsearch says who asks, and that they may")]
    [InlineData(403, "security_exception", true, "is Elasticsearch, whose version may not be asked for")]
    [InlineData(503, "cluster_block_exception", false, "answered 503 Words: cluster_block_exception: missing authentication")]
    public async Task What_it_has_against_who_asks_is_told(int status, string type, bool answers, string words)
    {
        _server.Others["GET /"] = (status, $$$"""{"error":{"type":"{{{type}}}","reason":"missing authentication"}}""");
        _server.Others["GET /_index_template/connbeat"] = (200, "{}");

        Assert.Equal(new FarEnd(answers, $"{_server.Url} {words}"), await ProbeAsync());
    }

    [Theory]
    [InlineData("""{"version":{"number":"2.19.1","distribution":"opensearch"}}""", true, "is OpenSearch 2.19.1")]
    [InlineData("<html>It works</html>", false, "gave an answer of something that is not Elasticsearch; see that output.elasticsearch says where it is")]
    [InlineData("""{"version":{"number":"soon"}}""", false, "gave a version that is no number; see that output.elasticsearch says where it is")]
    public async Task Whatever_answers_is_told_for_what_it_is(string body, bool answers, string words)
    {
        _server.Others["GET /"] = (200, body);
        _server.Others["GET /_index_template/connbeat"] = (200, "{}");

        Assert.Equal(new FarEnd(answers, $"{_server.Url} {words}"), await ProbeAsync());
    }

    [Fact]
    public async Task One_that_does_not_answer_is_not_waited_for()
    {
        _server.Web.Answers(WebServer.Stalls());
        Task<FarEnd> probing = ProbeAsync();
        await _server.Web.RequestAsync();
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new FarEnd(false, $"{_server.Url} gave no answer within 2 s"), await probing);
    }

    private async Task<FarEnd> ProbeAsync()
    {
        await using ElasticsearchOutput output = new(ElasticSettings.Read("", _server.Url), _time);
        return Assert.Single(await output.ProbeAsync(TimeSpan.FromSeconds(2)).WaitAsync(WebServer.Limit));
    }
}
