using System.Globalization;
using System.Text;

namespace Connbeat.Linux.Conntrack;

/// <summary>
/// Writes a flow as libnetfilter_conntrack does by default, with the layer 3 protocol and the times: the line that
/// <c>conntrack -L -o extended</c> prints.
/// </summary>
/// <param name="time">Tells how old a flow is that has not ended, and the local time zone.</param>
internal sealed class ConntrackText(TimeProvider time)
{
    private const ulong Second = 1_000_000_000;

    private static readonly string[] States =
    [
        "NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2",
    ];

    /// <summary>Appends the line, without its end.</summary>
    public void Append(StringBuilder to, in ConntrackEntry entry)
    {
        to.Append(CultureInfo.InvariantCulture, $"{(entry.IsIPv6 ? "ipv6" : "ipv4"),-8} {(entry.IsIPv6 ? 10 : 2)} ");
        to.Append(CultureInfo.InvariantCulture, $"{NameOf(entry.Protocol),-8} {entry.Protocol}");
        Append(to, " ", entry.Timeout);
        if (entry.TcpState is { } state)
        {
            to.Append(' ').Append(States[(int)state < States.Length ? (int)state : 0]);
        }

        Append(to, entry.Original, entry.OriginalCounters);
        to.Append(entry.IsUnreplied ? " [UNREPLIED]" : "");
        Append(to, entry.Reply, entry.ReplyCounters);
        to.Append(
            entry.IsOffloadedToHardware ? " [HW_OFFLOAD]"
            : entry.IsOffloaded ? " [OFFLOAD]"
            : entry.IsAssured ? " [ASSURED]"
            : "");
        Append(to, " mark=", entry.Mark);
        to.Append(entry.SecurityContext is null ? "" : $" secctx={entry.SecurityContext}");
        Append(to, " zone=", entry.Zone);
        AppendTimes(to, entry);
        Append(to, " use=", entry.Uses);
    }

    private static string NameOf(byte protocol) => protocol switch
    {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        33 => "dccp",
        47 => "gre",
        58 => "icmpv6",
        132 => "sctp",
        136 => "udplite",
        _ => "unknown",
    };

    private static void Append(StringBuilder to, in ConntrackTuple tuple, ConntrackCounters? counters)
    {
        to.Append(
            CultureInfo.InvariantCulture,
            $" src={tuple.Source} dst={tuple.Destination} sport={tuple.SourcePort} dport={tuple.DestinationPort}");
        if (counters is { } carried)
        {
            to.Append(CultureInfo.InvariantCulture, $" packets={carried.Packets} bytes={carried.Bytes}");
        }
    }

    private static void Append(StringBuilder to, string name, uint? value)
    {
        if (value is { } number)
        {
            to.Append(name).Append(CultureInfo.InvariantCulture, $"{number}");
        }
    }

    private void AppendTimes(StringBuilder to, in ConntrackEntry entry)
    {
        if (entry.Started is { } started)
        {
            long end = entry.Stopped is { } stopped ? (long)(stopped / Second) : time.GetUtcNow().ToUnixTimeSeconds();
            to.Append(CultureInfo.InvariantCulture, $" delta-time={(ulong)(end - (long)(started / Second))}");
        }

        AppendTime(to, " [start=", entry.Started);
        AppendTime(to, " [stop=", entry.Stopped);
    }

    /// <summary>As ctime(3) writes it, whose day takes two places.</summary>
    private void AppendTime(StringBuilder to, string name, ulong? nanoseconds)
    {
        const ulong Year9999 = 253_402_300_799;

        if (nanoseconds is { } at)
        {
            DateTimeOffset utc = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(at / Second, Year9999 - 86_400));
            DateTimeOffset local = TimeZoneInfo.ConvertTime(utc, time.LocalTimeZone);
            to.Append(name).Append(local.ToString("ddd MMM ", CultureInfo.InvariantCulture));
            to.Append(CultureInfo.InvariantCulture, $"{local.Day,2}");
            to.Append(local.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture)).Append(']');
        }
    }
}
