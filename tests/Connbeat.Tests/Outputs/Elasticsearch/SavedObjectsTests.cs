using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Connbeat.Config;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Tests.House;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>The dashboards: whole, with nothing that they refer to missing, and about fields that there are.</summary>
public sealed partial class SavedObjectsTests
{
    private static readonly Dictionary<string, string> Versions = new()
    {
        // Those of Kibana 7.10, which everything later migrates, and the last that OpenSearch Dashboards takes.
        ["index-pattern"] = "7.6.0",
        ["visualization"] = "7.10.0",
        ["search"] = "7.9.3",
        ["dashboard"] = "7.9.3",
    };

    public static TheoryData<string> Schemas => ["connbeat", "ecs"];

    [Theory]
    [MemberData(nameof(Schemas))]
    public void They_tell_everything_that_is_asked_for(string schema)
    {
        JsonNode[] all = Objects(schema);
        string[] titles = [.. all.Select(one => (string)one["attributes"]!["title"]!)];

        foreach (string about in (string[])
            ["Connections over time", "Who talks to whom", "Connections by process", "Bytes by remote", "Connections by container",
             "Failed connects", "New listeners", "Events lost", "Connections ["])
        {
            Assert.Contains(titles, title => title.StartsWith(about, StringComparison.Ordinal));
        }

        Assert.Single(all, one => (string)one["type"]! == "dashboard");
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Every_reference_leads_to_an_object_and_every_object_but_the_dashboard_is_referred_to(string schema)
    {
        JsonNode[] all = Objects(schema);
        HashSet<string> ids = [.. all.Select(Id)];
        List<string> referred = [];
        foreach (JsonNode one in all)
        {
            HashSet<string> names = [];
            foreach (JsonNode? reference in one["references"]!.AsArray())
            {
                Assert.Contains(Id(reference!), ids);
                Assert.True(names.Add((string)reference!["name"]!));
                referred.Add(Id(reference));
            }

            // What the object calls its references has to be among them, and the other way round.
            Assert.Equal(Called(one).Order(), names.Order());
        }

        Assert.Equal(all.Length, ids.Count);
        Assert.Equal(ids.Where(id => !id.StartsWith("dashboard/", StringComparison.Ordinal)).Order(), referred.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Every_field_that_they_use_has_a_type_that_can_be_used_so(string schema)
    {
        Dictionary<string, string> types = FieldMappingsTests.Types(FieldMappings.Of(Options(schema).Pump.Schema, ElasticVersion.Newest));
        int used = 0;
        foreach (JsonNode one in Objects(schema))
        {
            foreach ((string field, string use) in Fields(one))
            {
                used++;
                Assert.True(types.TryGetValue(field, out string? type), $"{Id(one)} uses {field}, which no event has");
                Assert.True(use switch
                {
                    "date_histogram" => type == "date",
                    "sum" => type == "long",
                    "terms" => type is "keyword" or "ip" or "long",
                    _ => true,
                }, $"{Id(one)}: {use} of {field}, which is {type}");
            }
        }

        Assert.InRange(used, 40, 200);
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void What_queries_look_for_is_something_that_events_say(string schema)
    {
        string[] actions = ["connection_opened", "connection_closed", "connection_failed", "listener_opened", "gap", "seen_at_start"];
        foreach (JsonNode one in Objects(schema).Where(one => one["attributes"]!["kibanaSavedObjectMeta"] is not null))
        {
            string query = Query(one);
            Assert.All(
                Term.Matches(query).SelectMany(term => term.Groups[2].Value.Trim('(', ')').Split(" or ")),
                value => Assert.Contains(value, actions));
        }
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Their_shapes_are_those_of_the_version_that_they_name(string schema) => Assert.All(Objects(schema), one =>
    {
        string type = (string)one["type"]!;
        Assert.Equal(Versions[type], (string?)one["migrationVersion"]![type]);
        Assert.Equal(["id", "type", "attributes", "references", "migrationVersion"], one.AsObject().Select(field => field.Key));
        JsonObject attributes = one["attributes"]!.AsObject();
        switch (type)
        {
            case "visualization":
                JsonNode state = JsonNode.Parse((string)attributes["visState"]!)!;
                Assert.Equal((string?)attributes["title"], (string?)state["title"]);
                Assert.Contains((string)state["type"]!, (string[])["table", "histogram"]);
                Assert.Equal(
                    state["aggs"]!.AsArray().Count, state["aggs"]!.AsArray().Select(agg => (string)agg!["id"]!).Distinct().Count());
                break;

            case "dashboard":
                JsonArray panels = JsonNode.Parse((string)attributes["panelsJSON"]!)!.AsArray();
                Assert.Equal(9, panels.Count);
                Assert.All(panels, panel => Assert.InRange(
                    (int)panel!["gridData"]!["x"]! + (int)panel["gridData"]!["w"]!, 1, 48));
                break;
        }
    });

    [Fact]
    public void They_look_at_the_indices_that_events_go_to()
    {
        ElasticsearchOptions options = ElasticSettings.Read(
            "index: 'flows-%{+yyyy.MM}', indices: [{ index: 'ports-%{[local_port]}' }]", "a");

        JsonNode pattern = JsonNode.Parse(SavedObjects.Lines(options).Split('\n')[0])!;

        Assert.Equal("ports-*,flows-*", (string?)pattern["attributes"]!["title"]);
    }

    [Fact]
    public void The_form_has_one_file()
    {
        ElasticContent form = SavedObjects.Form("{}\n");

        Assert.Equal("multipart/form-data; boundary=connbeat-saved-objects", form.Type);
        Assert.Equal(
            "--connbeat-saved-objects\r\nContent-Disposition: form-data; name=\"file\"; filename=\"connbeat.ndjson\"\r\n" +
            "Content-Type: application/ndjson\r\n\r\n{}\n\r\n--connbeat-saved-objects--\r\n",
            Encoding.UTF8.GetString(form.Bytes.Span));
    }

    [Fact]
    public void What_the_binary_has_is_what_stands_in_the_repository() =>
        Assert.Equal(
            System.IO.File.ReadAllText(Repository.At("dashboards/kibana/connbeat.ndjson")), SavedObjects.Lines(Options("connbeat")));

    [GeneratedRegex(@"([\w.@]+):(\([^)]*\)|\w+)")]
    private static partial Regex Term { get; }

    private static ElasticsearchOptions Options(string schema) => ElasticSettings.Read($"schema: {schema}", "a");

    private static JsonNode[] Objects(string schema) =>
        [.. SavedObjects.Lines(Options(schema)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static string Id(JsonNode one) => $"{one["type"]}/{one["id"]}";

    private static string Query(JsonNode one) =>
        (string)JsonNode.Parse((string)one["attributes"]!["kibanaSavedObjectMeta"]!["searchSourceJSON"]!)!["query"]!["query"]!;

    private static IEnumerable<string> Called(JsonNode one)
    {
        JsonNode attributes = one["attributes"]!;
        if ((string?)attributes["kibanaSavedObjectMeta"]?["searchSourceJSON"] is { } source &&
            (string?)JsonNode.Parse(source)!["indexRefName"] is { } index)
        {
            yield return index;
        }

        if ((string?)attributes["panelsJSON"] is { } panels)
        {
            foreach (JsonNode? panel in JsonNode.Parse(panels)!.AsArray())
            {
                yield return (string)panel!["panelRefName"]!;
            }
        }
    }

    private static IEnumerable<(string Field, string Use)> Fields(JsonNode one)
    {
        JsonNode attributes = one["attributes"]!;
        if ((string?)attributes["timeFieldName"] is { } time)
        {
            yield return (time, "date_histogram");
        }

        if ((string?)attributes["visState"] is { } state)
        {
            foreach (JsonNode? agg in JsonNode.Parse(state)!["aggs"]!.AsArray())
            {
                if ((string?)agg!["params"]!["field"] is { } field)
                {
                    yield return (field, (string)agg["type"]!);
                }
            }
        }

        foreach (JsonNode? column in attributes["columns"]?.AsArray() ?? [])
        {
            yield return ((string)column!, "column");
        }

        foreach (JsonNode? sort in attributes["sort"]?.AsArray() ?? [])
        {
            yield return ((string)sort![0]!, "sort");
        }

        if (attributes["kibanaSavedObjectMeta"] is not null)
        {
            foreach (Match term in Term.Matches(Query(one)))
            {
                yield return (term.Groups[1].Value, "query");
            }
        }
    }
}
