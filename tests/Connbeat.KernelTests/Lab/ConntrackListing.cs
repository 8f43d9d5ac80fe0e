using System.Text.RegularExpressions;

namespace Connbeat.KernelTests.Lab;

/// <summary>What conntrack(8) lists in a lab's namespace, summed up as conntrack_exporter does.</summary>
internal static partial class ConntrackListing
{
    /// <summary>A rule that has everything tracked, which is what switches conntrack on.</summary>
    public static void Track(NetworkNamespaceLab lab) => LabCommand.Run(
        lab, "nft", "add table inet lab; add chain inet lab track { type filter hook prerouting priority 0; }; add rule inet lab track ct state new accept");

    /// <summary>As <c>stage host: count</c>, in order, of TCP that this host began.</summary>
    public static string[] Read(NetworkNamespaceLab lab) =>
    [
        .. LabCommand.Run(lab, "conntrack", "-L", "-p", "tcp")
            .Select(line => Entry.Match(line))
            .Select(entry => (Stage: StageOf(entry.Groups["state"].Value), Host: HostOf(entry.Groups["host"].Value, entry.Groups["port"].Value)))
            .Where(entry => entry.Stage.Length > 0)
            .GroupBy(entry => $"{entry.Stage} {entry.Host}")
            .Select(host => $"{host.Key}: {host.Count()}")
            .Order(StringComparer.Ordinal),
    ];

    private static string HostOf(string address, string port) => address.Contains(':', StringComparison.Ordinal)
        ? $"[{address}]:{port}"
        : $"{address}:{port}";

    private static string StageOf(string state) => state switch
    {
        "SYN_SENT" or "SYN_SENT2" or "SYN_RECV" => "opening",
        "ESTABLISHED" => "open",
        "FIN_WAIT" or "CLOSE_WAIT" or "LAST_ACK" or "TIME_WAIT" => "closing",
        "CLOSE" => "closed",
        _ => "",
    };

    [GeneratedRegex(@"tcp\s+6 \d+ (?<state>\w+) src=\S+ dst=(?<host>\S+) sport=\d+ dport=(?<port>\d+)")]
    private static partial Regex Entry { get; }
}
