using System.Net;
using System.Text.Json;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events.Ecs;

/// <summary>
/// The fields of ECS 9.3.0 that connbeat uses, as the reference has them: Fixtures/ecs/fields.csv is rows and columns of
/// generated/csv/fields.csv in github.com/elastic/ecs, commit 15785df86b1d6e0de388145522452fa8390541ca, and in the last
/// column the values that the field's page allows or expects; event-types.csv is of the page of event.category.
/// </summary>
internal sealed class EcsTable
{
    private readonly Dictionary<string, Row> _fields = Rows("ecs/fields.csv")
        .ToDictionary(cells => cells[1], cells => new Row(cells[0], cells[2], cells[4] == "array", Values(cells[5])));

    private readonly Dictionary<string, string[]> _types =
        Rows("ecs/event-types.csv").ToDictionary(cells => cells[0], cells => Values(cells[1]));

    /// <summary>The names of the fields.</summary>
    public IReadOnlyCollection<string> Names => _fields.Keys;

    /// <summary>The version that the table is of.</summary>
    public string Version => Assert.Single(_fields.Values.Select(row => row.Version).Distinct());

    /// <summary>The fields of an event that are ECS's, with their paths: not connbeat's own, and not the user's.</summary>
    public static IEnumerable<(string Path, JsonElement Value)> FieldsOf(JsonElement happened) => happened.Leaves()
        .Where(leaf => !leaf.Path.StartsWith("connbeat.", StringComparison.Ordinal) &&
            !leaf.Path.StartsWith("fields.", StringComparison.Ordinal))
        .Select(leaf => leaf.Path.StartsWith("container.labels.", StringComparison.Ordinal)
            ? ("container.labels", happened.At("container.labels"))
            : leaf);

    /// <summary>What the reference has against an event, each with its path.</summary>
    public IEnumerable<string> Faults(JsonElement happened) =>
        FieldsOf(happened).SelectMany(field => Faults(field.Path, field.Value)).Concat(Combinations(happened));

    private IEnumerable<string> Faults(string path, JsonElement value)
    {
        if (!_fields.TryGetValue(path, out Row? row))
        {
            return [$"{path} is no field of ECS"];
        }

        if (row.IsArray != (value.ValueKind == JsonValueKind.Array))
        {
            return [$"{path} is {(row.IsArray ? "no" : "an")} array"];
        }

        JsonElement[] values = row.IsArray ? [.. value.EnumerateArray()] : [value];
        return values.Where(one => !IsOf(row.Type, one)).Select(one => $"{path} is no {row.Type}: {one}")
            .Concat(values.Where(one => row.Allowed.Length > 0 && !row.Allowed.Contains(one.GetString()))
                .Select(one => $"{path} must not be {one}"))
            .Concat(values.Distinct().Count() == values.Length ? [] : [$"{path} has something twice"]);
    }

    /// <summary>Types that a category does not have.</summary>
    private IEnumerable<string> Combinations(JsonElement happened) =>
        from category in happened.At("event").TryGetProperty("category", out JsonElement categories)
            ? categories.EnumerateArray().Select(one => one.GetString()!)
            : []
        from type in happened.At("event.type").EnumerateArray().Select(one => one.GetString()!)
        where !_types[category].Contains(type)
        select $"event.type {type} is none of category {category}";

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "keyword" or "constant_keyword" or "wildcard" => value.ValueKind == JsonValueKind.String,
        "long" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "date" => value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _),
        "ip" => value.ValueKind == JsonValueKind.String && IPAddress.TryParse(value.GetString(), out _),
        "object" => value.ValueKind == JsonValueKind.Object &&
            value.EnumerateObject().All(field => field.Value.ValueKind == JsonValueKind.String),
        _ => throw new InvalidDataException($"no check for fields of type {type}"),
    };

    private static IEnumerable<string[]> Rows(string path) => Fixture.Lines(path).Skip(1).Select(line => line.Split(','));

    private static string[] Values(string cell) => cell.Split('|', StringSplitOptions.RemoveEmptyEntries);

    private sealed record Row(string Version, string Type, bool IsArray, string[] Allowed);
}
