using System.Globalization;
using System.Text.RegularExpressions;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.StrongSwan.Status;

/// <summary>
/// The output of libreswan's <c>ipsec status</c> and <c>ipsec whack --trafficstatus</c>; ipsec_status(8), ipsec_whack(8).
/// <code>
/// 000 #1: "east":500 STATE_V2_ESTABLISHED_IKE_SA (established IKE SA); REKEY in 28000s; newest; idle;
/// 000 #2: "east":500 STATE_V2_ESTABLISHED_CHILD_SA (established Child SA); REKEY in 28000s; newest; eroute owner; IKE SA #1; idle;
/// 000 #2: "east" esp.9f3@192.0.2.2 esp.1a2@192.0.2.1 Traffic: ESPin=84B ESPout=168B ESPmax=2^63B
/// 006 #2: "east", type=ESP, add_time=1795242772, inBytes=84, outBytes=168, maxBytes=2^63B, id='@east'
/// </code>
/// States are put into strongSwan's words. Packets are not told.
/// </summary>
internal static partial class LibreswanOutput
{
    /// <summary>True where the output is libreswan's: its lines begin with a number of three digits.</summary>
    public static bool IsIn(string output) => Numbered().IsMatch(output);

    /// <summary>Reads it. Any text gives a value; lines that are not understood are passed over.</summary>
    public static IReadOnlyList<SeenIke> Parse(string output)
    {
        Dictionary<string, string> ikeStates = [];
        Dictionary<string, (string Name, string State, SaTraffic Traffic)> children = []; // by serial number
        foreach (ReadOnlySpan<char> raw in output.AsSpan().EnumerateLines())
        {
            if (Line().Match(raw.ToString()) is not { Success: true } line)
            {
                continue;
            }

            string id = line.Groups["id"].Value, name = line.Groups["name"].Value, rest = line.Groups["rest"].Value;
            if (Traffic().Match(rest) is { Success: true } traffic)
            {
                // Only SAs that packets go through have any.
                SaTraffic counted = new(Bytes(traffic.Groups["in"].Value), 0, Bytes(traffic.Groups["out"].Value), 0);
                children[id] = (name, "INSTALLED", counted);
            }
            else if (State().Match(rest) is { Success: true } state)
            {
                string word = state.Value;
                if (IsChild(word, rest))
                {
                    children[id] = (name, IsEstablished(rest) ? "INSTALLED" : "INSTALLING", children.GetValueOrDefault(id).Traffic);
                }
                else if (ikeStates.GetValueOrDefault(name) != "ESTABLISHED")
                {
                    ikeStates[name] = IsEstablished(rest) ? "ESTABLISHED" : "CONNECTING";
                }
            }
        }

        // A CHILD_SA may be under an IKE_SA of another name; where it is up, so is that.
        foreach ((string name, string state, _) in children.Values.Where(child => child.State == "INSTALLED"))
        {
            ikeStates[name] = "ESTABLISHED";
        }

        return [.. ikeStates.Select(ike => new SeenIke(
            ike.Key,
            ike.Value,
            [.. children.Values.Where(child => child.Name == ike.Key).Select(child => new SeenChild(child.Name, child.State, child.Traffic))]))];
    }

    private static bool IsChild(string state, string rest) =>
        state.Contains("QUICK", StringComparison.Ordinal) || state.Contains("CHILD", StringComparison.Ordinal) ||
        state.Contains("V2_IPSEC", StringComparison.Ordinal) || rest.Contains("IPsec SA established", StringComparison.Ordinal);

    private static bool IsEstablished(string rest) =>
        rest.Contains("SA established", StringComparison.Ordinal) || rest.Contains("(established", StringComparison.Ordinal) ||
        rest.Contains("ESTABLISHED_", StringComparison.Ordinal);

    /// <summary><c>84B</c>, <c>12KB</c>, <c>3MB</c>, or digits.</summary>
    private static long Bytes(string text)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        long scale = (digits < 0 ? "" : text[digits..]) switch
        {
            "KB" or "KiB" => 1L << 10,
            "MB" or "MiB" => 1L << 20,
            "GB" or "GiB" => 1L << 30,
            _ => 1,
        };
        return long.TryParse(digits < 0 ? text : text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long number) &&
            number <= long.MaxValue / scale
            ? number * scale
            : 0;
    }

    [GeneratedRegex(@"^00\d ", RegexOptions.CultureInvariant | RegexOptions.Multiline, 1000)]
    private static partial Regex Numbered();

    // The name may have an instance or a pair of subnets behind it: "east/1x2"[3] 192.0.2.7.
    [GeneratedRegex("""^\d{3} #(?<id>\d+): "(?<name>[^"/]+)(?:/[^"]*)?"(?<rest>.*)$""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"\bSTATE_\w+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex State();

    [GeneratedRegex(@"\b(?:(?:ESP|AH|IPCOMP)in|inBytes)=(?<in>\w+),? (?:(?:ESP|AH|IPCOMP)out|outBytes)=(?<out>\w+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Traffic();
}
