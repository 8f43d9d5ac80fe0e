using System.Text;
using System.Text.Json.Nodes;
using Connbeat.Tests.Outputs.Http;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>The server that the output is tested against refuses what Elasticsearch documents that it refuses.</summary>
public sealed class StrictBulkTests
{
    private const string Create = """{"create":{"_index":"a","_id":"1"}}""";

    private readonly StrictBulk _bulk = new();

    [Theory]
    [InlineData(Create + "\n{}\n", 200, "")]
    [InlineData(Create + "\n{}", 400, "The bulk request must be terminated by a newline [\\n]")]
    [InlineData("", 400, "request body is required")]
    [InlineData("create\n{}\n", 400, "Malformed action/metadata line [1], expected START_OBJECT but found [VALUE_STRING]")]
    [InlineData("{}\n{}\n", 400, "Malformed action/metadata line [1], expected FIELD_NAME and then START_OBJECT")]
    [InlineData("{\"create\":1}\n{}\n", 400, "Malformed action/metadata line [1], expected FIELD_NAME and then START_OBJECT")]
    [InlineData(Create + "\n{}\n{\"put\":{}}\n{}\n", 400,
        "Malformed action/metadata line [3], expected field [create], [delete], [index] or [update] but found [put]")]
    [InlineData("{\"create\":{\"_index\":\"a\",\"_type\":\"doc\"}}\n{}\n", 400,
        "Action/metadata line [1] contains an unknown parameter [_type]")]
    [InlineData("{\"create\":{}}\n{}\n", 400, "Validation Failed: 1: index is missing;")]
    [InlineData(Create + "\n", 400, "The bulk request must have a source behind each such action")]
    public void A_request_that_is_malformed_is_refused_whole(string body, int status, string reason)
    {
        (int answered, string said) = _bulk.Answer(Request(body));

        Assert.Equal(status, answered);
        Assert.Equal(reason, (string?)JsonNode.Parse(said)?["error"]?["reason"] ?? "");
        Assert.Equal(status == 200 ? 1 : 0, _bulk.Stored.Count);
    }

    [Theory]
    [InlineData("GET /_bulk", "application/x-ndjson", 405, "Incorrect HTTP method for uri [/_bulk] and method [GET]")]
    [InlineData("POST /_bulk?op=a", "application/x-ndjson", 400, "request [/_bulk] contains unrecognized parameter: [op]")]
    [InlineData("POST /_bulk?refresh=true", "application/x-ndjson", 200, null)]
    [InlineData("POST /_bulk", "text/plain", 406, "Content-Type header [text/plain] is not supported")]
    [InlineData("POST /_bulk", "application/json", 200, null)]
    [InlineData("PUT /a/_bulk", "application/json", 200, null)]
    public void Method_parameters_and_content_type_are_looked_at(string line, string type, int status, string? reason)
    {
        (int answered, string said) = _bulk.Answer(Request(Create + "\n{}\n", line, type));

        Assert.Equal((status, reason), (answered, (string?)JsonNode.Parse(said)?["error"]?["reason"]));
    }

    [Fact]
    public void A_body_too_large_is_refused_with_413()
    {
        _bulk.MostBytes = 30;

        Assert.Equal((413, ""), _bulk.Answer(Request(Create + "\n{}\n")));
    }

    [Theory]
    [InlineData("""{"create":{"_index":"a","_id":"1"}}""", "{}", 201, null)]
    [InlineData("""{"create":{"_index":"a"}}""", "{}", 201, null)]
    [InlineData("""{"create":{"_index":"a","_id":"0"}}""", "{}", 409, "version_conflict_engine_exception")]
    [InlineData("""{"index":{"_index":"a","_id":"0"}}""", "{}", 201, null)]
    [InlineData("""{"index":{"_index":"s","_id":"0"}}""", "{\"@timestamp\":\"\"}", 400, "illegal_argument_exception")]
    [InlineData("""{"create":{"_index":"s"}}""", "{\"@timestamp\":\"\"}", 201, null)]
    [InlineData("""{"create":{"_index":"s"}}""", "{}", 400, "document_parsing_exception")]
    [InlineData("""{"create":{"_index":"a"}}""", "{\"b\":", 400, "document_parsing_exception")]
    [InlineData("""{"create":{"_index":"A"}}""", "{}", 400, "invalid_index_name_exception")]
    [InlineData("""{"create":{"_index":"a","pipeline":"p"}}""", "{}", 400, "illegal_argument_exception")]
    [InlineData("""{"create":{"_index":"a","pipeline":"q"}}""", "{}", 201, null)]
    public void Each_action_is_judged_alone(string action, string source, int status, string? type)
    {
        _bulk.DataStreams.Add("s");
        _bulk.Pipelines.Add("q");
        _bulk.Answer(Request("{\"create\":{\"_index\":\"a\",\"_id\":\"0\"}}\n{}\n"));

        JsonNode item = JsonNode.Parse(_bulk.Answer(Request($"{action}\n{source}\n")).Body)!["items"]![0]!.AsObject().First().Value!;

        Assert.Equal((status, type), ((int)item["status"]!, (string?)item["error"]?["type"]));
    }

    [Fact]
    public void An_id_of_more_than_512_bytes_is_refused()
    {
        string said = _bulk.Answer(Request($"{{\"create\":{{\"_index\":\"a\",\"_id\":\"{new string('x', 513)}\"}}}}\n{{}}\n")).Body;

        Assert.Contains("is too long, must be no longer than 512 bytes", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ip":"192.0.2.1","n":1,"t":"2026-01-02T03:04:05.006Z","o":{"b":true}}""", null)]
    [InlineData("""{"ip":["::1",null],"other":{}}""", null)]
    [InlineData("""{"ip":"192.0.2"}""", "failed to parse field [ip] of type [ip]")]
    [InlineData("""{"n":"one"}""", "failed to parse field [n] of type [long]")]
    [InlineData("""{"n":1.5}""", "failed to parse field [n] of type [long]")]
    [InlineData("""{"t":"yesterday"}""", "failed to parse field [t] of type [date]")]
    [InlineData("""{"o":"text"}""", "object mapping for [o] tried to parse field [o] as object, but found a concrete value")]
    public void Types_are_looked_at(string document, string? problem)
    {
        MappingCheck mapping = new(JsonNode.Parse(
            """
            {"dynamic":false,"properties":{"ip":{"type":"ip"},"n":{"type":"long"},"t":{"type":"date"},
             "o":{"properties":{"b":{"type":"boolean"}}}}}
            """)!.AsObject());

        using System.Text.Json.JsonDocument parsed = System.Text.Json.JsonDocument.Parse(document);
        string? said = mapping.Problem(parsed.RootElement)?.Reason;

        Assert.Equal(problem is null, said is null);
        Assert.Contains(problem ?? "", said ?? "", StringComparison.Ordinal);
    }

    private static WebRequest Request(string body, string line = "POST /_bulk", string type = "application/x-ndjson") =>
        new($"{line} HTTP/1.1\r\nContent-Type: {type}", Encoding.UTF8.GetBytes(body));
}
