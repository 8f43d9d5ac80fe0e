using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Connbeat.Tests.Outputs.Elasticsearch;

/// <summary>
/// What Elasticsearch has against a document by the types of its fields, without the coercions that it is ready for: see
/// https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/field-data-types.
/// </summary>
/// <param name="mappings">The mappings.</param>
/// <param name="isOlder">True: in the words of version 7.</param>
internal sealed class MappingCheck(JsonObject mappings, bool isOlder = false)
{
    private readonly Dictionary<string, string> _constants = [];

    /// <summary>What is wrong; null where nothing is.</summary>
    public (string Type, string Reason)? Problem(JsonElement document)
    {
        try
        {
            CheckObject(document, mappings, "");
            return null;
        }
        catch (InvalidDataException problem)
        {
            return isOlder
                ? ("mapper_parsing_exception", problem.Message)
                : ("document_parsing_exception", $"[1:57] {problem.Message}");
        }
    }

    private void CheckObject(JsonElement document, JsonObject mapping, string prefix)
    {
        foreach (JsonProperty field in document.EnumerateObject())
        {
            string name = prefix + field.Name;
            if (mapping["properties"]![field.Name] is JsonObject known)
            {
                Check(field.Value, known, name);
            }
            else if (mappings["dynamic"]?.ToJsonString() != "false")
            {
                throw new InvalidDataException($"mapping set to strict, dynamic introduction of [{field.Name}] within [{prefix}] is not allowed");
            }
        }
    }

    private void Check(JsonElement value, JsonObject mapping, string name)
    {
        if (value.ValueKind is JsonValueKind.Null || mapping["enabled"]?.GetValue<bool>() == false)
        {
            return;
        }

        if (value.ValueKind is JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                Check(item, mapping, name);
            }

            return;
        }

        if (mapping["properties"] is not null)
        {
            if (value.ValueKind is not JsonValueKind.Object)
            {
                throw new InvalidDataException(
                    $"object mapping for [{name}] tried to parse field [{name}] as object, but found a concrete value");
            }

            CheckObject(value, mapping, name + ".");
            return;
        }

        string type = (string)mapping["type"]!;
        if (!IsOf(type, value, name))
        {
            throw new InvalidDataException(
                $"failed to parse field [{name}] of type [{type}] in document with id 'x'. Preview of field's value: '{value}'");
        }
    }

    private bool IsOf(string type, JsonElement value, string name) => type switch
    {
        "keyword" or "wildcard" => value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False,
        "constant_keyword" => value.ValueKind is JsonValueKind.String && IsConstant(name, value.GetString()!),
        "long" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "ip" => value.ValueKind is JsonValueKind.String && value.GetString() is { } text && !text.Contains('%') &&
            (text.Contains(':') || text.Split('.').Length == 4) && IPAddress.TryParse(text, out _),
        "date" => value.ValueKind is JsonValueKind.String && DateTime.TryParseExact(
            value.GetString(), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "flattened" or "flat_object" => value.ValueKind is JsonValueKind.Object,
        _ => throw new NotSupportedException($"no check for fields of type {type}"),
    };

    private bool IsConstant(string name, string value)
    {
        _constants.TryAdd(name, value);
        return _constants[name] == value;
    }
}
