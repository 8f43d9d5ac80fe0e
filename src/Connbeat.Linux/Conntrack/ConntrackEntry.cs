using System.Text;
using Connbeat.Linux.Netlink;

namespace Connbeat.Linux.Conntrack;

/// <summary>
/// One flow as conntrack tells it: the attributes of linux/netfilter/nfnetlink_conntrack.h behind a struct nfgenmsg. What a
/// message does not hold is null: the kernel tells counters and times only where it keeps them.
/// </summary>
internal readonly record struct ConntrackEntry
{
    private const int GeneralSize = 4; // struct nfgenmsg of linux/netfilter/nfnetlink.h
    private const byte IPv4 = 2, IPv6 = 10; // AF_INET, AF_INET6
    private const uint SeenReply = 1 << 1, AssuredBit = 1 << 2; // IPS_SEEN_REPLY, IPS_ASSURED
    private const uint OffloadBit = 1 << 14, HardwareOffloadBit = 1 << 15; // IPS_OFFLOAD, IPS_HW_OFFLOAD

    /// <summary>True for IPv6.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>The number of the protocol: 6 is TCP, 17 is UDP.</summary>
    public byte Protocol { get; init; }

    /// <summary>The direction that it began in.</summary>
    public ConntrackTuple Original { get; init; }

    /// <summary>The other direction, with what address translation made of it.</summary>
    public ConntrackTuple Reply { get; init; }

    /// <summary>The state of a TCP connection.</summary>
    public ConntrackTcpState? TcpState { get; init; }

    /// <summary>Seconds until it is forgotten, if nothing comes.</summary>
    public uint? Timeout { get; init; }

    /// <summary>Bits of enum ip_conntrack_status.</summary>
    public uint? Status { get; init; }

    /// <summary>The firewall's mark.</summary>
    public uint? Mark { get; init; }

    /// <summary>The zone; null for the one that there always is.</summary>
    public ushort? Zone { get; init; }

    /// <summary>References to it.</summary>
    public uint? Uses { get; init; }

    /// <summary>The security module's label.</summary>
    public string? SecurityContext { get; init; }

    /// <summary>What went in the original direction.</summary>
    public ConntrackCounters? OriginalCounters { get; init; }

    /// <summary>What came back.</summary>
    public ConntrackCounters? ReplyCounters { get; init; }

    /// <summary>When it began, in nanoseconds since 1970.</summary>
    public ulong? Started { get; init; }

    /// <summary>When it ended.</summary>
    public ulong? Stopped { get; init; }

    /// <summary>True where it is known that nothing came back.</summary>
    public bool IsUnreplied => Status is { } status && (status & SeenReply) == 0;

    /// <summary>True where it is not forgotten early.</summary>
    public bool IsAssured => (Status & AssuredBit) is > 0;

    /// <summary>True where the kernel's fast path has it.</summary>
    public bool IsOffloaded => (Status & OffloadBit) is > 0;

    /// <summary>True where the network card has it.</summary>
    public bool IsOffloadedToHardware => (Status & HardwareOffloadBit) is > 0;

    /// <summary>Reads one message's payload.</summary>
    /// <exception cref="WireFormatException">It is too short, of another family, or an attribute has another size than it should.</exception>
    public static ConntrackEntry Parse(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < GeneralSize || payload[0] is not (IPv4 or IPv6))
        {
            throw new WireFormatException($"conntrack message of {payload.Length} bytes; expected one of IPv4 or IPv6");
        }

        ConntrackEntry entry = new() { IsIPv6 = payload[0] == IPv6 };
        foreach (NetlinkAttribute attribute in new NetlinkAttributes(payload[GeneralSize..]))
        {
            entry = attribute.Type switch
            {
                1 => entry.WithOriginal(attribute.Nested), // CTA_TUPLE_ORIG
                2 => entry with { Reply = ReadTuple(attribute.Nested, out _) }, // CTA_TUPLE_REPLY
                3 => entry with { Status = attribute.AsNetworkUInt32() }, // CTA_STATUS
                4 => entry with { TcpState = ReadTcpState(attribute.Nested) }, // CTA_PROTOINFO
                7 => entry with { Timeout = attribute.AsNetworkUInt32() }, // CTA_TIMEOUT
                8 => entry with { Mark = attribute.AsNetworkUInt32() }, // CTA_MARK
                9 => entry with { OriginalCounters = ReadCounters(attribute.Nested) }, // CTA_COUNTERS_ORIG
                10 => entry with { ReplyCounters = ReadCounters(attribute.Nested) }, // CTA_COUNTERS_REPLY
                11 => entry with { Uses = attribute.AsNetworkUInt32() }, // CTA_USE
                18 => entry with { Zone = attribute.AsNetworkUInt16() }, // CTA_ZONE
                19 => entry with { SecurityContext = ReadSecurityContext(attribute.Nested) }, // CTA_SECCTX
                20 => entry.WithTimes(attribute.Nested), // CTA_TIMESTAMP
                _ => entry,
            };
        }

        return entry;
    }

    private ConntrackEntry WithOriginal(NetlinkAttributes tuple)
    {
        ConntrackTuple original = ReadTuple(tuple, out byte protocol);
        return this with { Original = original, Protocol = protocol };
    }

    private ConntrackEntry WithTimes(NetlinkAttributes times)
    {
        ConntrackEntry entry = this;
        foreach (NetlinkAttribute time in times)
        {
            entry = time.Type switch
            {
                1 => entry with { Started = time.AsNetworkUInt64() }, // CTA_TIMESTAMP_START
                2 => entry with { Stopped = time.AsNetworkUInt64() }, // CTA_TIMESTAMP_STOP
                _ => entry,
            };
        }

        return entry;
    }

    private static ConntrackTuple ReadTuple(NetlinkAttributes attributes, out byte protocol)
    {
        ConntrackTuple tuple = default;
        protocol = 0;
        foreach (NetlinkAttribute part in attributes)
        {
            if (part.Type == 1) // CTA_TUPLE_IP
            {
                foreach (NetlinkAttribute address in part.Nested)
                {
                    tuple = address.Type switch
                    {
                        1 => tuple with { Source = address.AsIPv4() }, // CTA_IP_V4_SRC
                        2 => tuple with { Destination = address.AsIPv4() }, // CTA_IP_V4_DST
                        3 => tuple with { Source = address.AsIPv6() }, // CTA_IP_V6_SRC
                        4 => tuple with { Destination = address.AsIPv6() }, // CTA_IP_V6_DST
                        _ => tuple,
                    };
                }
            }
            else if (part.Type == 2) // CTA_TUPLE_PROTO
            {
                foreach (NetlinkAttribute end in part.Nested)
                {
                    protocol = end.Type == 1 ? end.AsByte() : protocol; // CTA_PROTO_NUM
                    tuple = end.Type switch
                    {
                        2 => tuple with { SourcePort = end.AsNetworkUInt16() }, // CTA_PROTO_SRC_PORT
                        3 => tuple with { DestinationPort = end.AsNetworkUInt16() }, // CTA_PROTO_DST_PORT
                        _ => tuple,
                    };
                }
            }
        }

        return tuple;
    }

    private static ConntrackTcpState? ReadTcpState(NetlinkAttributes protocols)
    {
        ConntrackTcpState? state = null;
        foreach (NetlinkAttribute protocol in protocols)
        {
            if (protocol.Type == 1) // CTA_PROTOINFO_TCP
            {
                foreach (NetlinkAttribute fact in protocol.Nested)
                {
                    state = fact.Type == 1 ? (ConntrackTcpState)fact.AsByte() : state; // CTA_PROTOINFO_TCP_STATE
                }
            }
        }

        return state;
    }

    private static ConntrackCounters ReadCounters(NetlinkAttributes attributes)
    {
        ConntrackCounters counters = default;
        foreach (NetlinkAttribute counter in attributes)
        {
            counters = counter.Type switch
            {
                1 => counters with { Packets = counter.AsNetworkUInt64() }, // CTA_COUNTERS_PACKETS
                2 => counters with { Bytes = counter.AsNetworkUInt64() }, // CTA_COUNTERS_BYTES
                _ => counters,
            };
        }

        return counters;
    }

    private static string? ReadSecurityContext(NetlinkAttributes attributes)
    {
        string? context = null;
        foreach (NetlinkAttribute fact in attributes)
        {
            context = fact.Type == 1 ? Encoding.UTF8.GetString(fact.Value.TrimEnd((byte)0)) : context; // CTA_SECCTX_NAME
        }

        return context;
    }
}

/// <summary>What one direction of a flow has carried.</summary>
internal readonly record struct ConntrackCounters(ulong Packets, ulong Bytes);
