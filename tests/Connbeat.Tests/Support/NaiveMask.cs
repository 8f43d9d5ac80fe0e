using System.Text.Json.Nodes;
using Connbeat.Config;

namespace Connbeat.Tests.Support;

/// <summary>What <c>drop_fields</c> and <c>include_fields</c> leave of an event, found by walking through its JSON.</summary>
internal static class NaiveMask
{
    /// <summary>What is left.</summary>
    /// <param name="json">The event.</param>
    /// <param name="dropped">The lists of names that are dropped.</param>
    /// <param name="included">The lists of names of which one each has to be under.</param>
    public static string Apply(byte[] json, IReadOnlyList<string[]> dropped, IReadOnlyList<string[]> included)
    {
        JsonObject root = JsonNode.Parse(json)!.AsObject();
        Prune(root, "", name =>
            !IsUnder(name, KeptFields.Names) &&
            (dropped.Any(names => IsUnder(name, names)) || included.Any(names => !IsUnder(name, names))));
        return root.ToJsonString();
    }

    private static void Prune(JsonObject section, string prefix, Predicate<string> isHidden)
    {
        foreach ((string key, JsonNode? value) in section.ToList())
        {
            bool isEmptied = false;
            if (value is JsonObject { Count: > 0 } inner)
            {
                Prune(inner, $"{prefix}{key}.", isHidden);
                isEmptied = inner.Count == 0;
            }

            if (isEmptied || (value is not JsonObject { Count: > 0 } && isHidden(prefix + key)))
            {
                section.Remove(key);
            }
        }
    }

    private static bool IsUnder(string name, IEnumerable<string> sections) =>
        sections.Any(section => name == section || name.StartsWith(section + ".", StringComparison.Ordinal));
}
