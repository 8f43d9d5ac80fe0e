using System.Text;
using Connbeat.Linux;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Elasticsearch;

public sealed class BulkAnswerTests
{
    /// <summary>As Elasticsearch 8 answers, unfiltered.</summary>
    private const string Mixed =
        """
        {"took":30,"errors":true,"items":[
         {"create":{"_index":"connbeat-2026.11.21","_id":"a","_version":1,"result":"created","_shards":{"total":2,"successful":1,"failed":0},"_seq_no":0,"_primary_term":1,"status":201}},
         {"create":{"_index":"connbeat-2026.11.21","_id":"b","status":409,"error":{"type":"version_conflict_engine_exception","reason":"[b]: version conflict, document already exists (current version [1])","index_uuid":"x","shard":"0","index":"connbeat-2026.11.21"}}},
         {"create":{"_index":"connbeat-2026.11.21","_id":"c","status":429,"error":{"type":"es_rejected_execution_exception","reason":"rejected execution"}}},
         {"create":{"_index":"connbeat-2026.11.21","_id":"d","status":400,"error":{"type":"document_parsing_exception","reason":"[1:40] failed to parse field [local_ip] of type [ip] in document with id 'd'. Preview of field's value: 'hunter2'","caused_by":{"type":"illegal_argument_exception","reason":"'hunter2' is not an IP string literal."}}}}]}
        """;

    [Fact]
    public void Each_item_tells_what_became_of_its_event()
    {
        BulkItem[] items = BulkAnswer.Parse(Encoding.UTF8.GetBytes(Mixed), 4);

        Assert.Equal(
            [BulkVerdict.Stored, BulkVerdict.Stored, BulkVerdict.Later, BulkVerdict.Rejected], items.Select(item => item.Verdict));
        Assert.Equal(
            "document_parsing_exception: [1:40] failed to parse field [local_ip] of type [ip] in document with id", items[3].Words);
    }

    [Theory]
    [InlineData(200, "", "", "Stored")]
    [InlineData(201, "", "", "Stored")]
    [InlineData(409, "version_conflict_engine_exception", "", "Stored")]
    [InlineData(429, "es_rejected_execution_exception", "", "Later")]
    [InlineData(429, "cluster_block_exception", "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark]", "Later")]
    [InlineData(500, "", "", "Later")]
    [InlineData(503, "unavailable_shards_exception", "", "Later")]
    [InlineData(403, "security_exception", "", "Later")]
    [InlineData(403, "cluster_block_exception", "index [a] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)]", "Later")]
    [InlineData(404, "index_not_found_exception", "", "Later")]
    [InlineData(400, "illegal_argument_exception", "pipeline with id [geo] does not exist", "Later")]
    [InlineData(400, "illegal_argument_exception", "only write ops with an op_type of create are allowed in data streams", "Rejected")]
    [InlineData(400, "mapper_parsing_exception", "failed to parse", "Rejected")]
    [InlineData(400, "strict_dynamic_mapping_exception", "", "Rejected")]
    [InlineData(413, "", "", "Rejected")]
    public void What_is_about_the_event_is_rejected_and_all_else_is_not(int status, string type, string reason, string verdict) =>
        Assert.Equal(verdict, $"{new BulkItem(status, new ElasticError(type, reason)).Verdict}");

    [Theory]
    [InlineData("""{"errors":false,"items":[{"create":{"status":201}}]}""", 1)]
    [InlineData("""{"items":[],"took":3}""", 0)]
    [InlineData(""" { "items" : [ { "create" : { "status" : 201 , "more" : [ { } ] } } ] , "ingest_took" : 4 } """, 1)]
    public void Only_what_is_asked_for_is_read(string body, int events) =>
        Assert.Equal(events, BulkAnswer.Parse(Encoding.UTF8.GetBytes(body), events).Length);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{}""")]
    [InlineData("""{"errors":false}""")]
    [InlineData("""{"errors":false,"items":{}}""")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"items":[{"create":{"status":201}}]""")]
    [InlineData("""{"items":[{"create":{"status":201}}]} {}""")]
    [InlineData("""{"items":[{"create":{"status":201}}],"items":[]}""")]
    [InlineData("""{"items":[{"create":{"status":201}},{"create":{"status":201}}]}""")]
    [InlineData("""{"items":[{"create":{"status":201},"index":{"status":201}}]}""")]
    [InlineData("""{"items":[{"create":{}}]}""")]
    [InlineData("""{"items":[{"create":{"status":"201"}}]}""")]
    [InlineData("""{"items":[{"create":{"status":99999999999}}]}""")]
    [InlineData("""{"items":[{"create":{"status":0}}]}""")]
    [InlineData("""{"items":[{"create":201}]}""")]
    [InlineData("""{"items":[201]}""")]
    public void Anything_else_is_no_answer(string body) =>
        Assert.Throws<WireFormatException>(() => BulkAnswer.Parse(Encoding.UTF8.GetBytes(body), 1));

    [Fact]
    public void Damaged_answers_never_escape_as_another_exception() =>
        Assert.InRange(Damage.Inflict(Encoding.UTF8.GetBytes(Mixed), bytes => BulkAnswer.Parse(bytes, 4), 20_000), 5_000, int.MaxValue);

    [Fact]
    public void Nor_do_damaged_greetings_and_errors()
    {
        byte[] greeting = Encoding.UTF8.GetBytes(
            """{"name":"n","cluster_name":"c","version":{"number":"2.19.1","distribution":"opensearch"},"error":{"type":"t","reason":"r"}}""");

        Assert.Equal("OpenSearch 2.19.1, cluster c", $"{Cluster.Parse(greeting)}");
        Assert.InRange(Damage.Inflict(greeting, bytes => Cluster.Parse(bytes.ToArray()), 10_000), 1, int.MaxValue);
        Assert.Equal(0, Damage.Inflict(greeting, bytes => ElasticError.Read(bytes), 10_000));
    }

    [Theory]
    [InlineData("""{"error":"Incorrect HTTP method","status":405}""", "Incorrect HTTP method")]
    [InlineData("""{"status":400,"error":{"root_cause":[{"type":"x"}],"type":"a_exception","reason":"b"}}""", "a_exception: b")]
    [InlineData("""{"error":{"type":"a_exception","reason":null}}""", "a_exception")]
    [InlineData("""{"error":{"type":"a","reason":"near \"hunter2\" and so on"}}""", "a: near")]
    [InlineData("""{"error":17}""", "")]
    [InlineData("<html>", null)]
    [InlineData("""{"message":"no"}""", null)]
    public void An_error_is_read_as_far_as_it_repeats_no_value(string body, string? error) =>
        Assert.Equal(error, ElasticError.Read(Encoding.UTF8.GetBytes(body))?.ToString());
}
