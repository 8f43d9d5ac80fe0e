using System.Text.Json;
using System.Text.Json.Nodes;
using Connbeat.Config;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// The templates that give events their types: component templates for mappings and settings, and the index template that
/// joins them for the indices of one output. See https://www.elastic.co/docs/manage-data/data-store/templates and
/// https://docs.opensearch.org/latest/im-plugin/index-templates/.
/// </summary>
/// <param name="options">The output.</param>
/// <param name="version">Who is to have them.</param>
/// <param name="hasLifecycle">True where there is a policy of the name <see cref="NameOf"/> for the indices.</param>
internal sealed class IndexTemplates(ElasticsearchOptions options, ElasticVersion version, bool hasLifecycle)
{
    /// <summary>Above those of Elastic for <c>logs-*-*</c>, which have 100.</summary>
    private const int Priority = 200;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What the index template is called, and what the names of the others begin with.</summary>
    public static string NameOf(ElasticsearchOptions options) =>
        options.Template.Name.Length > 0 ? options.Template.Name
        : options.Pump.Schema is EventSchema.Ecs ? "logs-connbeat.connection"
        : "connbeat";

    /// <summary>The patterns of the indices that events may go to, those of rules among them.</summary>
    public static IReadOnlyList<string> PatternsOf(ElasticsearchOptions options) =>
        [.. options.Indices.Select(static rule => rule.Format).Append(options.Index).Select(PatternOf).Distinct()];

    /// <summary>The name of the component template with the types of the fields.</summary>
    public string MappingsName => $"{NameOf(options)}-mappings";

    /// <summary>The name of the component template with everything else.</summary>
    public string SettingsName => $"{NameOf(options)}-settings";

    /// <summary>The component template with the types of the fields.</summary>
    public JsonObject Mappings() => new()
    {
        ["template"] = new JsonObject { ["mappings"] = FieldMappings.Of(options.Pump.Schema, version) },
        ["_meta"] = Meta("the types of the fields"),
    };

    /// <summary>The component template with everything else.</summary>
    public JsonObject Settings()
    {
        JsonObject index = new()
        {
            ["number_of_shards"] = 1,
            ["auto_expand_replicas"] = "0-1", // a single node has nowhere to put a second copy
            ["refresh_interval"] = "5s",
        };
        if (hasLifecycle && !version.IsOpenSearch)
        {
            index["lifecycle"] = new JsonObject { ["name"] = NameOf(options) };
        }

        return new()
        {
            ["template"] = new JsonObject { ["settings"] = new JsonObject { ["index"] = index } },
            ["_meta"] = Meta("shards, copies and how long indices are kept"),
        };
    }

    /// <summary>The index template.</summary>
    public JsonObject Index()
    {
        JsonObject template = new()
        {
            ["index_patterns"] = new JsonArray([.. PatternsOf(options).Select(static pattern => (JsonNode)pattern)]),
            ["composed_of"] = new JsonArray(MappingsName, SettingsName),
            ["priority"] = Priority,
            ["_meta"] = Meta("events of connbeat"),
        };
        if (IndexPattern.IsDataStream(options.Index))
        {
            template["data_stream"] = new JsonObject();
        }

        return template;
    }

    /// <summary>Index template and component templates as one, for who wants to load it by other means.</summary>
    public JsonObject Whole()
    {
        JsonObject whole = Index();
        whole.Remove("composed_of");
        JsonObject settings = Settings()["template"]!.AsObject();
        JsonNode kept = settings["settings"]!;
        settings.Remove("settings");
        whole["template"] = new JsonObject
        {
            ["settings"] = kept,
            ["mappings"] = FieldMappings.Of(options.Pump.Schema, version),
        };
        return whole;
    }

    /// <summary>JSON for people, and for a request.</summary>
    public static string Text(JsonNode json) => json.ToJsonString(Indented);

    private static JsonObject Meta(string description) =>
        new() { ["managed_by"] = "connbeat", ["description"] = description };

    /// <summary>A data stream may get brothers, one for each namespace.</summary>
    private static string PatternOf(FormatString index) =>
        IndexPattern.IsDataStream(index) && index.Text.Split('-') is [_, _, _] parts
            ? $"{parts[0]}-{parts[1]}-*"
            : IndexPattern.Of(index);
}
