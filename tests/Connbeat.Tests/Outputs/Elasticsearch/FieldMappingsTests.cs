using System.Text.Json;
using System.Text.Json.Nodes;
using Connbeat.Config;
using Connbeat.Outputs.Elasticsearch;
using Connbeat.Tests.Events.Ecs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>Every field of both schemas has a type in the index, and the right one.</summary>
public sealed class FieldMappingsTests
{
    private static readonly ElasticVersion Newest = ElasticVersion.Newest;

    public static TheoryData<string> Versions =>
        ["7.17.0", "8.15.0", "9.1.0", "opensearch-2.0.0", "opensearch-2.15.0", "opensearch-2.19.1", "opensearch-3.1.0"];

    [Theory]
    [InlineData("connbeat")]
    [InlineData("ecs")]
    public void Every_field_of_the_schema_is_mapped_by_what_it_is_and_nothing_else_is_mapped(string name)
    {
        EventSchema schema = AgentOptions.Schemas[name];
        Dictionary<string, string> types = Types(FieldMappings.Of(schema, Newest));
        SchemaFields fields = SchemaFields.Of(schema);
        string[] leaves = [.. fields.Names.Where(one => fields.KindOf(one) is not FieldKind.Section || IsOpen(fields, one))];

        Assert.Equal(leaves.Order(), types.Keys.Order());
        foreach (string leaf in leaves)
        {
            string[] allowed = fields.KindOf(leaf) switch
            {
                FieldKind.Number => ["long"],
                FieldKind.Boolean => ["boolean"],
                FieldKind.Address or FieldKind.Addresses => ["ip"],
                FieldKind.Section => ["flattened"],
                _ when IsTime(schema, leaf) => ["date"],
                _ when leaf is "local_process.cmdline" or "process.command_line" => ["wildcard"],
                _ when leaf.StartsWith("data_stream.", StringComparison.Ordinal) => ["constant_keyword"],
                _ => ["keyword"],
            };
            Assert.True(allowed.Contains(types[leaf]), $"{leaf} is {types[leaf]}, not {allowed[0]}");
        }
    }

    [Fact]
    public void The_fields_of_ecs_have_the_types_of_the_reference()
    {
        Dictionary<string, string> types = Types(FieldMappings.Of(EventSchema.Ecs, Newest));

        foreach (string line in Fixture.Lines("ecs/fields.csv").Skip(1))
        {
            string[] cells = line.Split(',');
            Assert.Equal(cells[2] == "object" ? "flattened" : cells[2], types[cells[1]]);
        }

        Assert.Superset(new EcsTable().Names.ToHashSet(), types.Keys.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Events_fit_the_types_of_every_version(string version)
    {
        bool isOpenSearch = version.StartsWith("opensearch-", StringComparison.Ordinal);
        ElasticVersion parsed = ElasticVersion.Parse(version.Replace("opensearch-", "", StringComparison.Ordinal), isOpenSearch)!;
        foreach ((EventSchema schema, string fixture) in (
            (EventSchema, string)[])
            [
                (EventSchema.Connbeat, "events/connbeat.ndjson"), (EventSchema.Connbeat, "events/connbeat-containers.ndjson"),
                (EventSchema.Ecs, "events/connbeat-ecs.ndjson"),
            ])
        {
            JsonObject mappings = FieldMappings.Of(schema, parsed);
            Assert.All(Types(mappings).Values, type => Assert.Contains(type, KnownTypes(parsed)));
            MappingCheck check = new(mappings);
            Assert.All(Fixture.Lines(fixture), line =>
            {
                using JsonDocument document = JsonDocument.Parse(line);
                Assert.Null(check.Problem(document.RootElement));
            });
        }
    }

    [Theory]
    [InlineData("7.16.3", false, false)]
    [InlineData("7.17.0", false, true)]
    [InlineData("6.8.23", false, false)]
    [InlineData("9.0.0-SNAPSHOT", false, true)]
    [InlineData("1.3.20", true, false)]
    [InlineData("2.0.0", true, true)]
    [InlineData("3.1.0", true, true)]
    public void Versions_that_can_not_be_served_are_known(string number, bool isOpenSearch, bool isKnown) =>
        Assert.Equal(isKnown, ElasticVersion.Parse(number, isOpenSearch)!.IsKnown);

    [Theory]
    [InlineData("")]
    [InlineData("8")]
    [InlineData("8.x")]
    [InlineData("8.1.2.3")]
    [InlineData("-8.1")]
    [InlineData("8.1-\n")]
    public void What_is_no_version_is_none(string number) => Assert.Null(ElasticVersion.Parse(number, false));

    [Fact]
    public void Nothing_that_is_not_named_gets_a_type()
    {
        foreach (EventSchema schema in Enum.GetValues<EventSchema>())
        {
            JsonObject mappings = FieldMappings.Of(schema, Newest);
            Assert.False((bool)mappings["dynamic"]!);
            Assert.False((bool)mappings["date_detection"]!);
        }
    }

    /// <summary>Each field with a type, by its full name.</summary>
    internal static Dictionary<string, string> Types(JsonObject mappings) =>
        Leaves(mappings["properties"]!.AsObject(), "").ToDictionary(leaf => leaf.Name, leaf => leaf.Type);

    private static IEnumerable<(string Name, string Type)> Leaves(JsonObject properties, string prefix) =>
        properties.SelectMany(field => field.Value!["properties"] is JsonObject inner
            ? Leaves(inner, $"{prefix}{field.Key}.")
            : [(prefix + field.Key, (string)field.Value["type"]!)]);

    private static string[] KnownTypes(ElasticVersion version)
    {
        string[] common = ["keyword", "long", "boolean", "ip", "date"];
        return version.IsOpenSearch
            ? [.. common, "object", .. version.Minor >= 15 || version.Major > 2 ? (string[])["wildcard", "flat_object"] : []]
            : [.. common, "wildcard", "flattened", "constant_keyword"];
    }

    private static bool IsOpen(SchemaFields fields, string name) =>
        !fields.Names.Any(other => other.StartsWith($"{name}.", StringComparison.Ordinal));

    private static bool IsTime(EventSchema schema, string name)
    {
        string resource = schema is EventSchema.Ecs ? "connbeat-ecs.schema.json" : "connbeat.schema.json";
        using Stream file = typeof(FieldMappings).Assembly.GetManifestResourceStream(resource)!;
        JsonNode root = JsonNode.Parse(file)!;
        JsonNode node = root;
        foreach (string part in name.Split('.'))
        {
            node = node["properties"]![part]!;
            if ((string?)node["$ref"] is { } reference && !reference.EndsWith("/time", StringComparison.Ordinal))
            {
                node = root["$defs"]![reference["#/$defs/".Length..]]!;
            }
        }

        return ((string?)node["$ref"])?.EndsWith("/time", StringComparison.Ordinal) == true;
    }
}
