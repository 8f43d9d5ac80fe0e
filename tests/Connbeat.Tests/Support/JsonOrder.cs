using System.Text.Json;

namespace Connbeat.Tests.Support;

/// <summary>Asserts how the keys of events are ordered.</summary>
internal static class JsonOrder
{
    /// <summary>Fails unless the keys are sorted at every level, and none stands twice.</summary>
    public static void Sorted(JsonElement json)
    {
        string[] names = [.. json.EnumerateObject().Select(field => field.Name)];
        Assert.Equal(names.Distinct().Order(StringComparer.Ordinal), names);
        foreach (JsonProperty field in json.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Object)
            {
                Sorted(field.Value);
            }
        }
    }
}
