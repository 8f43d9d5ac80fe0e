using System.Text;
using System.Text.Json;
using Connbeat.Events;

namespace Connbeat.Tests.Support;

/// <summary>Asserts that what the agent sends is what its published schema promises.</summary>
internal static class SchemaAssert
{
    private static readonly JsonSchemaCheck Check = new(Schema());

    /// <summary>The published schema.</summary>
    public static JsonElement Schema()
    {
        using Stream file = typeof(ConnbeatEncoder).Assembly.GetManifestResourceStream("connbeat.schema.json")!;
        using JsonDocument schema = JsonDocument.Parse(file);
        return schema.RootElement.Clone();
    }

    /// <summary>Fails unless <paramref name="json"/> is one event as the schema has it.</summary>
    public static void Valid(ReadOnlySpan<byte> json)
    {
        string text = Encoding.UTF8.GetString(json);
        IReadOnlyList<string> faults = Faults(json);
        Assert.True(faults.Count == 0, $"{string.Join('\n', faults)}\n{text[..Math.Min(text.Length, 4000)]}");
    }

    /// <summary>What the schema has against <paramref name="json"/>.</summary>
    public static IReadOnlyList<string> Faults(ReadOnlySpan<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json.ToArray());
        return Check.Faults(document.RootElement);
    }
}
