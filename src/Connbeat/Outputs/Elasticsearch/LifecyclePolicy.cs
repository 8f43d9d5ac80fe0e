using System.Text.Json.Nodes;
using Connbeat.Config;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// How long indices are kept: index lifecycle management of Elasticsearch, or index state management of OpenSearch; see
/// https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management and
/// https://docs.opensearch.org/latest/im-plugin/ism/policies/.
/// </summary>
internal static class LifecyclePolicy
{
    /// <summary>A data stream begins another index after that time, or when this one is so large.</summary>
    private const string LongestIndex = "7d";
    private const string LargestIndex = "50gb";

    /// <summary>Where a policy stands.</summary>
    public static string Path(string name, ElasticVersion version) =>
        version.IsOpenSearch ? $"/_plugins/_ism/policies/{name}" : $"/_ilm/policy/{name}";

    /// <summary>The policy for the indices of an output.</summary>
    /// <param name="options">The output.</param>
    /// <param name="keepDays">How many days they are kept; of a data stream, counted from when another index was begun.</param>
    /// <param name="version">Who is to have it.</param>
    public static JsonObject Of(ElasticsearchOptions options, int keepDays, ElasticVersion version)
    {
        bool rollsOver = IndexPattern.IsDataStream(options.Index);
        return version.IsOpenSearch ? StateManagement(options, rollsOver, $"{keepDays}d") : Management(rollsOver, $"{keepDays}d");
    }

    private static JsonObject Management(bool rollsOver, string age)
    {
        JsonObject actions = [];
        if (rollsOver)
        {
            actions["rollover"] = new JsonObject { ["max_age"] = LongestIndex, ["max_primary_shard_size"] = LargestIndex };
        }

        return new()
        {
            ["policy"] = new JsonObject
            {
                ["phases"] = new JsonObject
                {
                    ["hot"] = new JsonObject { ["min_age"] = "0ms", ["actions"] = actions },
                    ["delete"] = new JsonObject
                    {
                        ["min_age"] = age,
                        ["actions"] = new JsonObject { ["delete"] = new JsonObject() },
                    },
                },
            },
        };
    }

    private static JsonObject StateManagement(ElasticsearchOptions options, bool rollsOver, string age)
    {
        JsonArray actions = rollsOver
            ? new(new JsonObject { ["rollover"] = new JsonObject { ["min_index_age"] = LongestIndex, ["min_size"] = LargestIndex } })
            : new();
        JsonArray patterns = new([.. IndexTemplates.PatternsOf(options).Select(static pattern => (JsonNode)pattern)]);
        return new()
        {
            ["policy"] = new JsonObject
            {
                ["description"] = "How long events of connbeat are kept",
                ["default_state"] = "hot",
                ["states"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "hot",
                        ["actions"] = actions,
                        ["transitions"] = new JsonArray(new JsonObject
                        {
                            ["state_name"] = "delete",
                            ["conditions"] = new JsonObject { [rollsOver ? "min_rollover_age" : "min_index_age"] = age },
                        }),
                    },
                    new JsonObject
                    {
                        ["name"] = "delete",
                        ["actions"] = new JsonArray(new JsonObject { ["delete"] = new JsonObject() }),
                        ["transitions"] = new JsonArray(),
                    }),
                ["ism_template"] = new JsonArray(new JsonObject { ["index_patterns"] = patterns, ["priority"] = 200 }),
            },
        };
    }
}
