using System.Globalization;

namespace Connbeat.Config;

/// <summary>Sizes as connbeat.yml writes them: <c>64MiB</c> (of 1024), <c>64MB</c> (of 1000), or bare bytes.</summary>
internal static class ByteSize
{
    private static readonly (string Name, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
    ];

    /// <summary>Reads a whole number and a unit, in capitals or not.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        (string? name, long scale) = Array.Find(
            Units, unit => text.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase));
        ReadOnlySpan<char> number = text.AsSpan(0, text.Length - (name?.Length ?? 0)).TrimEnd(' ');
        scale = Math.Max(scale, 1);
        bool whole = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count);
        bool fits = whole && count <= long.MaxValue / scale;
        bytes = fits ? count * scale : 0;
        return fits;
    }

    /// <summary>In the largest unit that needs no fraction: <c>64MiB</c>.</summary>
    public static string Format(long bytes)
    {
        (string name, long scale) = Array.Find(Units, unit => bytes >= unit.Bytes && bytes % unit.Bytes == 0);
        return scale > 1 ? $"{bytes / scale}{name}" : $"{bytes}";
    }
}
