using System.Globalization;

namespace Connbeat.Config;

/// <summary>Ports as connbeat.yml writes them: <c>443</c> alone, or <c>8000-8100</c> with both ends.</summary>
/// <param name="First">1 to 65535.</param>
/// <param name="Last">The same as <paramref name="First"/> for one port alone; never less.</param>
internal readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>What the text must be, for a fault to say.</summary>
    public const string Expected = "a port from 1 to 65535 or a range such as 8000-8100";

    /// <summary>What a list of them must be.</summary>
    public const string ExpectedList = "a list of ports from 1 to 65535 or ranges such as 8000-8100";

    /// <summary>Reads a port or a range; false where it is neither, or ends before it begins.</summary>
    public static bool TryParse(string text, out PortRange range)
    {
        int hyphen = text.IndexOf('-', StringComparison.Ordinal);
        ReadOnlySpan<char> last = text.AsSpan(hyphen + 1);
        ReadOnlySpan<char> first = hyphen < 0 ? last : text.AsSpan(0, hyphen);
        range = TryParsePort(first, out ushort from) && TryParsePort(last, out ushort to) ? new(from, to) : default;
        return range.First > 0 && range.First <= range.Last;
    }

    /// <inheritdoc/>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";

    private static bool TryParsePort(ReadOnlySpan<char> text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);
}
