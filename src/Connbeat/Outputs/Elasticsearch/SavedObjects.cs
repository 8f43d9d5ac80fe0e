using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connbeat.Config;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// The dashboard of a schema with all that it stands on, as Kibana and OpenSearch Dashboards import it; see
/// https://www.elastic.co/docs/api/doc/kibana/operation/operation-post-saved-objects-import.
/// </summary>
internal static class SavedObjects
{
    private const string Boundary = "connbeat-saved-objects";

    /// <summary>What the form with them is.</summary>
    public const string FormType = $"multipart/form-data; boundary={Boundary}";

    /// <summary>One object a line; they look at the indices of the output.</summary>
    public static string Lines(ElasticsearchOptions options)
    {
        string resource = options.Pump.Schema is EventSchema.Ecs ? "kibana-connbeat-ecs.ndjson" : "kibana-connbeat.ndjson";
        using Stream file = typeof(SavedObjects).Assembly.GetManifestResourceStream(resource) ??
            throw new InvalidOperationException($"{resource} is not in this build");
        using StreamReader reader = new(file);
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonNode pattern = JsonNode.Parse(lines[0])!;
        pattern["attributes"]!["title"] = string.Join(',', IndexTemplates.PatternsOf(options));
        lines[0] = pattern.ToJsonString();
        return string.Concat(lines.Select(static line => $"{line}\n"));
    }

    /// <summary>The lines as the file of a form.</summary>
    public static ElasticContent Form(string lines) => new(
        Encoding.UTF8.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"connbeat.ndjson\"\r\n" +
            $"Content-Type: application/ndjson\r\n\r\n{lines}\r\n--{Boundary}--\r\n"),
        FormType);

    /// <summary>What came of an import: how many were loaded, how many were there already, and what is wrong with another.</summary>
    /// <returns>Null where the answer does not tell.</returns>
    public static (int Loaded, int There, string? Problem)? Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement root = document.RootElement;
            int loaded = root.GetProperty("successCount").GetInt32();
            int there = 0;
            string? problem = null;
            if (root.TryGetProperty("errors", out JsonElement errors))
            {
                foreach (JsonElement error in errors.EnumerateArray())
                {
                    string type = error.GetProperty("error").GetProperty("type").GetString() ?? "";
                    there += type == "conflict" ? 1 : 0;
                    problem ??= type == "conflict" ? null : $"{error.GetProperty("id").GetString()}: {type}";
                }
            }

            return (loaded, there, problem);
        }
        catch (Exception foreign) when (
            foreign is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }
}
