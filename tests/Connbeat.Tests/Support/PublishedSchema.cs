using System.Text;
using System.Text.Json;
using Connbeat.Events;

namespace Connbeat.Tests.Support;

/// <summary>A JSON Schema file that the agent carries: what it sends is what that promises.</summary>
internal sealed class PublishedSchema
{
    public static readonly PublishedSchema Connbeat = new("connbeat.schema.json");
    public static readonly PublishedSchema Ecs = new("connbeat-ecs.schema.json");

    private readonly JsonSchemaCheck _check;

    private PublishedSchema(string name)
    {
        using Stream file = typeof(ConnbeatEncoder).Assembly.GetManifestResourceStream(name)!;
        using JsonDocument schema = JsonDocument.Parse(file);
        Root = schema.RootElement.Clone();
        _check = new JsonSchemaCheck(Root);
    }

    /// <summary>The schema.</summary>
    public JsonElement Root { get; }

    /// <summary>Fails unless <paramref name="json"/> is one event as the schema has it.</summary>
    public void Valid(ReadOnlySpan<byte> json)
    {
        string text = Encoding.UTF8.GetString(json);
        IReadOnlyList<string> faults = Faults(json);
        Assert.True(faults.Count == 0, $"{string.Join('\n', faults)}\n{text[..Math.Min(text.Length, 4000)]}");
    }

    /// <summary>What the schema has against <paramref name="json"/>.</summary>
    public IReadOnlyList<string> Faults(ReadOnlySpan<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json.ToArray());
        return _check.Faults(document.RootElement);
    }

    /// <summary>Fields and definitions that nothing is said of.</summary>
    public IEnumerable<string> Undescribed()
    {
        JsonElement definitions = Root.GetProperty("$defs");
        return
        [
            .. UndescribedFields(Root),
            .. definitions.EnumerateObject().SelectMany(definition => UndescribedFields(definition.Value)),
            .. definitions.EnumerateObject().Where(definition => !IsDescribed(definition.Value))
                .Select(definition => definition.Name),
        ];
    }

    private static IEnumerable<string> UndescribedFields(JsonElement schema) =>
        schema.TryGetProperty("properties", out JsonElement fields)
            ? fields.EnumerateObject().Where(field => !IsDescribed(field.Value) && !field.Value.TryGetProperty("$ref", out _))
                .Select(field => field.Name)
            : [];

    private static bool IsDescribed(JsonElement schema) => schema.TryGetProperty("description", out _);
}
