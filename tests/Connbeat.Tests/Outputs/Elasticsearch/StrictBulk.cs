using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connbeat.Tests.Outputs.Http;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>
/// The rules of <c>_bulk</c> as they are documented, and nothing forgiven; each rule names its page. The pages are those of
/// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk (B),
/// https://www.elastic.co/docs/manage-data/data-store/data-streams/use-data-stream (D),
/// https://www.elastic.co/docs/reference/elasticsearch/rest-apis/api-conventions (C) and
/// https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/field-data-types (T); the words are Elasticsearch's own.
/// </summary>
internal sealed class StrictBulk
{
    private static readonly string[] Parameters =
    [
        "_source", "_source_excludes", "_source_includes", "error_trace", "filter_path", "human", "include_source_on_error",
        "list_executed_pipelines", "pipeline", "pretty", "refresh", "require_alias", "require_data_stream", "routing", "timeout",
        "wait_for_active_shards",
    ];

    private static readonly string[] Metadata =
    [
        "_id", "_index", "dynamic_templates", "if_primary_term", "if_seq_no", "list_executed_pipelines", "pipeline",
        "require_alias", "require_data_stream", "routing", "version", "version_type",
    ];

    private readonly Dictionary<(string Index, string Id), JsonElement> _stored = [];
    private int _made;

    /// <summary>Names that are data streams.</summary>
    public HashSet<string> DataStreams { get; } = [];

    /// <summary>Ingest pipelines that there are.</summary>
    public HashSet<string> Pipelines { get; } = [];

    /// <summary>The pipelines that documents went through.</summary>
    public List<string> Piped { get; } = [];

    /// <summary>The types of the fields of every index; null: anything goes.</summary>
    public MappingCheck? Mapping { get; set; }

    /// <summary>http.max_content_length.</summary>
    public int MostBytes { get; set; } = 100 * 1024 * 1024;

    /// <summary>What befalls the next actions before they are looked at: a status, or 0 for nothing.</summary>
    public Queue<int> Troubles { get; } = new();

    /// <summary>What is stored, by index and id.</summary>
    public IReadOnlyDictionary<(string Index, string Id), JsonElement> Stored => _stored;

    /// <summary>How often an id came that was there already.</summary>
    public int Conflicts { get; private set; }

    /// <summary>Answers one request.</summary>
    public (int Status, string Body) Answer(WebRequest request)
    {
        string[] line = request.Line.Split(' ');
        string[] target = line[1].Split('?', 2);
        string? ownIndex = target[0] == "/_bulk" ? null : target[0].EndsWith("/_bulk", StringComparison.Ordinal)
            ? target[0].Trim('/').Split('/')[0]
            : throw new InvalidOperationException(target[0]);
        if (line[0] is not ("POST" or "PUT"))
        {
            return Refuse(405, "method_not_allowed", $"Incorrect HTTP method for uri [{target[0]}] and method [{line[0]}]"); // B
        }

        string[] asked = target.Length > 1 ? [.. target[1].Split('&').Select(pair => pair.Split('=')[0])] : [];
        if (asked.Except(Parameters).FirstOrDefault() is { } unknown)
        {
            return Refuse(400, "illegal_argument_exception", $"request [{target[0]}] contains unrecognized parameter: [{unknown}]"); // C
        }

        if (request["Content-Type"]?.Split(';')[0] is not ("application/json" or "application/x-ndjson"))
        {
            return Refuse(406, "media_type_header_exception", $"Content-Type header [{request["Content-Type"]}] is not supported"); // C
        }

        if (request.Body.Length > MostBytes)
        {
            return (413, ""); // B: http.max_content_length
        }

        byte[]? body = Unpacked(request);
        return body is null ? Refuse(400, "illegal_argument_exception", "Failed to decompress gzip")
            : body.Length == 0 ? Refuse(400, "parse_exception", "request body is required") // B
            : body[^1] != '\n' ? Refuse(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]") // B
            : Perform(Encoding.UTF8.GetString(body).Split('\n')[..^1], ownIndex, asked.Contains("filter_path"));
    }

    private static byte[]? Unpacked(WebRequest request)
    {
        if (request["Content-Encoding"] is null)
        {
            return request.Body;
        }

        try
        {
            using GZipStream gzip = new(new MemoryStream(request.Body), CompressionMode.Decompress);
            using MemoryStream whole = new();
            gzip.CopyTo(whole);
            return whole.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static (int Status, string Body) Refuse(int status, string type, string reason) => (status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["root_cause"] = new JsonArray(new JsonObject { ["type"] = type, ["reason"] = reason }),
            ["type"] = type,
            ["reason"] = reason,
        },
        ["status"] = status,
    }.ToJsonString());

    /// <summary>Reads all actions first: where a line is malformed, nothing of the request is done (B).</summary>
    private (int Status, string Body) Perform(string[] lines, string? ownIndex, bool isFiltered)
    {
        List<(string Op, string? Index, string? Id, string? Pipeline, string Source)> actions = [];
        for (int at = 0; at < lines.Length; at += 2)
        {
            string here = $"Malformed action/metadata line [{at + 1}], expected";
            if (Object(lines[at]) is not { } action)
            {
                return Refuse(400, "illegal_argument_exception", $"{here} START_OBJECT but found [VALUE_STRING]");
            }

            if (action.EnumerateObject().ToArray() is not [{ Value.ValueKind: JsonValueKind.Object } only])
            {
                return Refuse(400, "illegal_argument_exception", $"{here} FIELD_NAME and then START_OBJECT");
            }

            if (only.Name is not ("create" or "index" or "delete" or "update"))
            {
                return Refuse(
                    400, "illegal_argument_exception",
                    $"{here} field [create], [delete], [index] or [update] but found [{only.Name}]");
            }

            if (only.Value.EnumerateObject().Select(field => field.Name).Except(Metadata).FirstOrDefault() is { } unknown)
            {
                return Refuse(
                    400, "illegal_argument_exception", $"Action/metadata line [{at + 1}] contains an unknown parameter [{unknown}]");
            }

            string? index = Text(only.Value, "_index") ?? ownIndex;
            if (index is null)
            {
                return Refuse(400, "action_request_validation_exception", "Validation Failed: 1: index is missing;");
            }

            if (at + 1 >= lines.Length)
            {
                return Refuse(400, "illegal_argument_exception", "The bulk request must have a source behind each such action");
            }

            actions.Add((only.Name, index, Text(only.Value, "_id"), Text(only.Value, "pipeline"), lines[at + 1]));
        }

        JsonArray items = [];
        foreach ((string op, string? index, string? id, string? pipeline, string source) in actions)
        {
            (int status, string type, string reason) = Perform(op, index!, id, pipeline, source);
            JsonObject item = new() { ["status"] = status };
            if (type.Length > 0)
            {
                item["error"] = new JsonObject { ["type"] = type, ["reason"] = reason };
            }

            if (!isFiltered)
            {
                item["_index"] = index;
                item["_id"] = id;
                item["_shards"] = new JsonObject { ["total"] = 1, ["successful"] = 1, ["failed"] = 0 };
            }

            items.Add(new JsonObject { [op] = item });
        }

        bool errors = items.Any(item => item!.AsObject().First().Value!["error"] is not null);
        return (200, new JsonObject { ["errors"] = errors, ["items"] = items }.ToJsonString());
    }

    private (int Status, string Type, string Reason) Perform(string op, string index, string? id, string? pipeline, string source)
    {
        int trouble = Troubles.TryDequeue(out int next) ? next : 0;
        if (trouble != 0)
        {
            return trouble switch
            {
                429 => (429, "es_rejected_execution_exception", "rejected execution of coordinating operation"),
                503 => (503, "unavailable_shards_exception", $"[{index}][0] primary shard is not active"),
                403 => (403, "security_exception", "action [indices:data/write/bulk[s]] is unauthorized for user [joe]"),
                404 => (404, "index_not_found_exception", $"no such index [{index}]"),
                _ => (trouble, "", ""),
            };
        }

        if (op is not ("create" or "index"))
        {
            return (400, "illegal_argument_exception", $"nobody here sends {op}");
        }

        if (index.Any(char.IsUpper) || index.IndexOfAny([' ', ',', '"', '*', '\\', '<', '|', '>', '?', '#', ':']) >= 0)
        {
            return (400, "invalid_index_name_exception", $"Invalid index name [{index}], must be lowercase");
        }

        if (id is not null && Encoding.UTF8.GetByteCount(id) > 512)
        {
            return (400, "illegal_argument_exception", $"id [{id}] is too long, must be no longer than 512 bytes but was: {id.Length}");
        }

        bool isStream = DataStreams.Contains(index);
        if (isStream && op != "create")
        {
            return (400, "illegal_argument_exception", "only write ops with an op_type of create are allowed in data streams"); // D
        }

        if (pipeline is not null && !Pipelines.Contains(pipeline))
        {
            return (400, "illegal_argument_exception", $"pipeline with id [{pipeline}] does not exist");
        }

        if (Object(source) is not { } document)
        {
            return (400, "document_parsing_exception", "[1:2] failed to parse");
        }

        if (isStream && Text(document, "@timestamp") is null)
        {
            return (400, "document_parsing_exception", "[1:1] failed to parse: data stream timestamp field [@timestamp] is missing"); // D
        }

        if (Mapping?.Problem(document) is { } problem)
        {
            return (400, problem.Type, problem.Reason); // T
        }

        id ??= $"made-{++_made}"; // B: a document without an id gets one
        if (op == "create" && _stored.ContainsKey((index, id)))
        {
            Conflicts++;
            return (409, "version_conflict_engine_exception", $"[{id}]: version conflict, document already exists (current version [1])"); // B
        }

        if (pipeline is not null)
        {
            Piped.Add(pipeline);
        }

        _stored[(index, id)] = document;
        return (201, "", "");
    }

    private static JsonElement? Object(string line)
    {
        try
        {
            JsonElement value = JsonDocument.Parse(line).RootElement;
            return value.ValueKind is JsonValueKind.Object ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement section, string name) =>
        section.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
