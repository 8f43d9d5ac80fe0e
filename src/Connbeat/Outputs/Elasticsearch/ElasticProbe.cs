using System.Text.Json;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// Asks a server, without sending it an event, who it is, whether who asks may store events, and whether the index template
/// is there.
/// </summary>
internal sealed class ElasticProbe(ElasticClient client, ElasticsearchOptions options, TimeProvider time)
{
    /// <summary>The longest answer that is read.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>Asks one, and waits no longer than that for all its answers.</summary>
    public async Task<FarEnd> AskAsync(HttpAddress host, TimeSpan patience)
    {
        using CancellationTokenSource late = new(patience, time);
        try
        {
            return await AskAsync(host, late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new FarEnd(Answers: false, $"{host} gave no answer within {patience.TotalSeconds} s");
        }
    }

    private async Task<FarEnd> AskAsync(HttpAddress host, CancellationToken cancellationToken)
    {
        ElasticAnswer hello = await client.AskAsync(host, HttpMethod.Get, "/", null, MostBytes, cancellationToken);
        string who;
        try
        {
            // Who may store events need not be allowed to ask for the version.
            who = hello.IsGood ? client.Printable(Cluster.Parse(hello.Body).ToString())
                : hello.Error?.Type == "security_exception" && hello.Status == 403 ? "Elasticsearch, whose version may not be asked for"
                : "";
        }
        catch (WireFormatException foreign)
        {
            return new FarEnd(Answers: false, $"{host} gave {foreign.Message}; see that output.elasticsearch says where it is");
        }

        return who.Length == 0 ? new FarEnd(Answers: false, hello.Words)
            : await MayStoreAsync(host, cancellationToken) is { } refusal ? new FarEnd(Answers: false, $"{host} is {who}; {refusal}")
            : new FarEnd(Answers: true, $"{host} is {who}{await TemplateAsync(host, cancellationToken)}");
    }

    /// <summary>Why no event would be stored; null where nothing says so: without security there is nobody to ask.</summary>
    private async Task<string?> MayStoreAsync(HttpAddress host, CancellationToken cancellationToken)
    {
        string index = JsonEncodedText.Encode(IndexPattern.Of(options.Index)).Value;
        ElasticContent question = ElasticContent.OfJson(
            $$"""{"index":[{"names":["{{index}}"],"privileges":["create_doc","auto_configure"]}]}""");
        ElasticAnswer answer = await client.AskAsync(
            host, HttpMethod.Post, "/_security/user/_has_privileges", question, MostBytes, cancellationToken);
        return answer.Status == 401 ? answer.Words
            : answer.IsGood && SaysNo(answer.Body)
                ? $"who asks may not store events there: it takes the privileges create_doc and auto_configure for {IndexPattern.Of(options.Index)}"
            : null;
    }

    private async Task<string> TemplateAsync(HttpAddress host, CancellationToken cancellationToken)
    {
        string name = IndexTemplates.NameOf(options);
        ElasticAnswer answer = await client.AskAsync(
            host, HttpMethod.Get, $"/_index_template/{name}?filter_path=index_templates.name", null, MostBytes, cancellationToken);
        return answer.Status == 404 && options.Template.Enabled
            ? $"; there is no index template {name} yet: run connbeat setup"
            : "";
    }

    private static bool SaysNo(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind is JsonValueKind.Object &&
                document.RootElement.TryGetProperty("has_all_requested", out JsonElement all) &&
                all.ValueKind is JsonValueKind.False;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
