using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Docker;

/// <summary>
/// Reads the JSON of a container engine. Versions and engines differ: what is missing, null or of another type is as
/// good as not there.
/// </summary>
internal static class EngineJson
{
    /// <summary>Reads one JSON value.</summary>
    /// <exception cref="WireFormatException">It is not JSON, is nested too deeply, or has text that is not Unicode.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // JsonElement throws the latter for text that is not Unicode: it decodes only what is asked for.
            throw new WireFormatException($"not JSON: {failure.Message}", failure);
        }
    }

    /// <summary>A member of an object; undefined where there is none.</summary>
    public static JsonElement Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member)
            ? member
            : default;

    /// <summary>The members of an object; none of anything else.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];

    /// <summary>The items of an array; none of anything else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>A text; null for anything else.</summary>
    public static string? Text(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
