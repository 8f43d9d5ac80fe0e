using System.Text.Json;

namespace Connbeat.Tests.Support;

/// <summary>Asserts that what the agent sends is what its own schema promises.</summary>
internal static class SchemaAssert
{
    /// <summary>The published schema.</summary>
    public static JsonElement Schema() => PublishedSchema.Connbeat.Root;

    /// <inheritdoc cref="PublishedSchema.Valid"/>
    public static void Valid(ReadOnlySpan<byte> json) => PublishedSchema.Connbeat.Valid(json);

    /// <inheritdoc cref="PublishedSchema.Faults"/>
    public static IReadOnlyList<string> Faults(ReadOnlySpan<byte> json) => PublishedSchema.Connbeat.Faults(json);
}
