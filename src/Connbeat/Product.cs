namespace Connbeat;

/// <summary>What this program is.</summary>
internal static class Product
{
    /// <summary>Its version, as in <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(Product).Assembly.GetName().Version is { } version ? version.ToString(fieldCount: 3) : "unknown";
}
