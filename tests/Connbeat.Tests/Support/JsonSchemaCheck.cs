using System.Text.Json;
using System.Text.RegularExpressions;

namespace Connbeat.Tests.Support;

/// <summary>
/// Checks a value against a JSON Schema (draft 2020-12), as far as this project's schemas go: a keyword that is not
/// known here is an error, never overlooked.
/// </summary>
internal sealed class JsonSchemaCheck(JsonElement root)
{
    private static readonly HashSet<string> Annotations =
        ["$schema", "$id", "$defs", "$comment", "title", "description", "then", "else"];

    /// <summary>What is wrong with <paramref name="value"/>, each with its place; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults(JsonElement value) => [.. Check(root, value, "$")];

    private IEnumerable<string> Check(JsonElement schema, JsonElement value, string place)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.ValueKind == JsonValueKind.True ? [] : [$"{place}: not allowed here"];
        }

        return schema.EnumerateObject().SelectMany(keyword => Check(schema, keyword, value, place));
    }

    private IEnumerable<string> Check(JsonElement schema, JsonProperty keyword, JsonElement value, string place)
    {
        JsonElement expected = keyword.Value;
        bool isObject = value.ValueKind == JsonValueKind.Object;
        bool isArray = value.ValueKind == JsonValueKind.Array;
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        decimal? number = value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;
        return keyword.Name switch
        {
            "$ref" => Check(Definition(expected.GetString()!), value, place),
            "type" => Unless(IsOfOneType(value, expected), place, $"is not of type {expected}"),
            "const" => Unless(JsonElement.DeepEquals(expected, value), place, $"is not {expected}"),
            "enum" => Unless(
                expected.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
                place, $"is none of {expected}"),
            "pattern" => Unless(
                text is null || Regex.IsMatch(text, expected.GetString()!), place, $"does not match {expected}"),
            "minLength" => Unless(text is null || text.Length >= expected.GetInt32(), place, "is too short"),
            "minimum" => Unless(number is null || number >= expected.GetDecimal(), place, $"is below {expected}"),
            "maximum" => Unless(number is null || number <= expected.GetDecimal(), place, $"is above {expected}"),
            "minItems" => Unless(!isArray || value.GetArrayLength() >= expected.GetInt32(), place, "has too few items"),
            "maxItems" => Unless(!isArray || value.GetArrayLength() <= expected.GetInt32(), place, "has too many items"),
            "items" when isArray => value.EnumerateArray()
                .SelectMany((item, i) => Check(expected, item, $"{place}[{i}]")),
            "minProperties" => Unless(
                !isObject || value.GetPropertyCount() >= expected.GetInt32(), place, "has too few fields"),
            "required" when isObject => expected.EnumerateArray()
                .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                .Select(name => $"{place}: lacks {name}"),
            "properties" when isObject => expected.EnumerateObject()
                .Where(property => value.TryGetProperty(property.Name, out _))
                .SelectMany(property =>
                    Check(property.Value, value.GetProperty(property.Name), $"{place}.{property.Name}")),
            "additionalProperties" when isObject => value.EnumerateObject()
                .Where(property => !schema.GetProperty("properties").TryGetProperty(property.Name, out _))
                .SelectMany(property => Check(expected, property.Value, $"{place}.{property.Name}")),
            "allOf" => expected.EnumerateArray().SelectMany(one => Check(one, value, place)),
            "if" => Check(schema, Check(expected, value, place).Any() ? "else" : "then", value, place),
            "items" or "required" or "properties" or "additionalProperties" => [],
            _ => Unless(Annotations.Contains(keyword.Name), place, $"unknown keyword {keyword.Name} in the schema"),
        };
    }

    private IEnumerable<string> Check(JsonElement schema, string branch, JsonElement value, string place) =>
        schema.TryGetProperty(branch, out JsonElement chosen) ? Check(chosen, value, place) : [];

    private JsonElement Definition(string reference) =>
        reference["#/".Length..].Split('/').Aggregate(root, (schema, name) => schema.GetProperty(name));

    private static bool IsOfOneType(JsonElement value, JsonElement types) => types.ValueKind == JsonValueKind.Array
        ? types.EnumerateArray().Any(type => IsOfType(value, type.GetString()!))
        : IsOfType(value, types.GetString()!);

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number &&
            value.TryGetDecimal(out decimal number) && number % 1 == 0,
        _ => throw new ArgumentException($"unknown type {type} in the schema", nameof(type)),
    };

    private static IEnumerable<string> Unless(bool holds, string place, string fault) =>
        holds ? [] : [$"{place}: {fault}"];
}
