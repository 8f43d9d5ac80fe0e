using System.Text.Json.Nodes;
using Connbeat.Config;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// The type of each field of a schema. Nothing is mapped by what it looks like: a field that is not named here is kept, and
/// can't be searched.
/// </summary>
internal static class FieldMappings
{
    /// <summary>As long as Lucene takes a term: 32766 bytes, four for each character.</summary>
    private const int LongestTerm = 8191;

    /// <summary>The mappings, as that version understands them.</summary>
    public static JsonObject Of(EventSchema schema, ElasticVersion version)
    {
        string resource = schema is EventSchema.Ecs ? "connbeat-ecs.mappings.json" : "connbeat.mappings.json";
        using Stream file = typeof(FieldMappings).Assembly.GetManifestResourceStream(resource) ??
            throw new InvalidOperationException($"{resource} is not in this build");
        JsonObject mappings = JsonNode.Parse(file)!.AsObject();
        Fit(mappings["properties"]!.AsObject(), version);
        return mappings;
    }

    private static void Fit(JsonObject properties, ElasticVersion version)
    {
        foreach ((string name, JsonNode? field) in properties.ToList())
        {
            if (field!["properties"] is JsonObject inner)
            {
                Fit(inner, version);
            }
            else
            {
                properties[name] = Fitted(field, version);
            }
        }
    }

    private static JsonNode Fitted(JsonNode field, ElasticVersion version) => (string?)field["type"] switch
    {
        "wildcard" when !version.HasWildcard => new JsonObject { ["type"] = "keyword", ["ignore_above"] = LongestTerm },
        "flattened" when version.HasFlatObject => new JsonObject { ["type"] = "flat_object" },
        "flattened" when version.IsOpenSearch => new JsonObject { ["type"] = "object", ["enabled"] = false },

        // OpenSearch wants to be told the constant, and a namespace has as many as there are users.
        "constant_keyword" when version.IsOpenSearch => new JsonObject { ["type"] = "keyword", ["ignore_above"] = 1024 },
        _ => field.DeepClone(),
    };
}
