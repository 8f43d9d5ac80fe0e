using System.Globalization;
using System.Text.RegularExpressions;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.StrongSwan.Status;

/// <summary>
/// The output of <c>ipsec statusall</c> and <c>ipsec status</c> of strongSwan:
/// <code>
/// Security Associations (1 up, 0 connecting):
///         site[1]: ESTABLISHED 1 second ago, 192.0.2.1[192.0.2.1]...192.0.2.2[192.0.2.2]
///         site{1}:  INSTALLED, TUNNEL, reqid 1, ESP in UDP SPIs: bc48f129_i 85eaa618_o
///         site{1}:  AES_GCM_16_128, 420 bytes_i (5 pkts, 1s ago), 420 bytes_o (5 pkts, 1s ago), rekeying in 48 minutes
/// </code>
/// The CHILD_SAs of an IKE_SA stand behind it. What stands before the heading is configuration.
/// </summary>
internal static partial class StatusOutput
{
    /// <summary>Reads it. Any text gives a value; lines that are not understood are passed over.</summary>
    public static IReadOnlyList<SeenIke> Parse(string output)
    {
        List<SeenIke> ikes = [];
        List<SeenChild>? children = null;
        Dictionary<string, int> positions = [];
        bool isInSas = false;
        foreach (ReadOnlySpan<char> raw in output.AsSpan().EnumerateLines())
        {
            if (raw is not [' ' or '\t', ..])
            {
                isInSas = raw.StartsWith("Security Associations", StringComparison.Ordinal);
                continue;
            }

            if (!isInSas)
            {
                continue;
            }

            string line = raw.ToString();
            if (IkeLine().Match(line) is { Success: true } ike)
            {
                if (SaStates.OfIke(ike.Groups["state"].Value) >= 0)
                {
                    children = [];
                    positions.Clear();
                    ikes.Add(new SeenIke(ike.Groups["name"].Value, ike.Groups["state"].Value, children));
                }
            }
            else if (children is not null && ChildLine().Match(line) is { Success: true } child)
            {
                TakeChild(children, positions, child.Groups["name"].Value, child.Groups["id"].Value, child.Groups["rest"].Value);
            }
        }

        return ikes;
    }

    private static void TakeChild(List<SeenChild> children, Dictionary<string, int> positions, string name, string id, string rest)
    {
        string first = rest.Split([',', ' '], 2)[0];
        if (SaStates.OfChild(first) >= 0 && positions.TryAdd(id, children.Count))
        {
            children.Add(new SeenChild(name, first, default));
        }
        else if (positions.TryGetValue(id, out int position) &&
            Traffic(rest, "i") is { } inbound && Traffic(rest, "o") is { } outbound)
        {
            children[position] = children[position] with
            {
                Traffic = new SaTraffic(inbound.Bytes, inbound.Packets, outbound.Bytes, outbound.Packets),
            };
        }
    }

    private static (long Bytes, long Packets)? Traffic(string text, string direction)
    {
        Match found = (direction == "i" ? BytesIn() : BytesOut()).Match(text);
        return found.Success ? (Number(found.Groups["bytes"].Value), Number(found.Groups["packets"].Value)) : null;
    }

    private static long Number(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    [GeneratedRegex(@"^\s+(?<name>\S.*?)\[\d+\]: (?<state>[A-Z]+)\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex IkeLine();

    [GeneratedRegex(@"^\s+(?<name>\S.*?)\{(?<id>\d+)\}:\s+(?<rest>.*)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ChildLine();

    [GeneratedRegex(@"\b(?<bytes>\d+) bytes_i(?: \((?<packets>\d+) pkts?\b)?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BytesIn();

    [GeneratedRegex(@"\b(?<bytes>\d+) bytes_o(?: \((?<packets>\d+) pkts?\b)?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BytesOut();
}
