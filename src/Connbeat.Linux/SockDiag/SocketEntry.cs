using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Connbeat.Linux.Netlink;

namespace Connbeat.Linux.SockDiag;

/// <summary>
/// One socket as sock_diag tells it: struct inet_diag_msg of linux/inet_diag.h and the attributes behind it.
/// </summary>
internal readonly record struct SocketEntry
{
    /// <summary>Bytes of struct inet_diag_msg.</summary>
    public const int Size = 72;

    /// <summary>TCP or UDP.</summary>
    public Transport Transport { get; init; }

    /// <summary>The state; for UDP, Established means connected and Close means not.</summary>
    public TcpState State { get; init; }

    /// <summary>
    /// True for what is left of a connection after both ends finished (or this one gave up waiting): no socket any more,
    /// with a cookie of its own, whatever its state says.
    /// </summary>
    public bool IsTimeWait { get; init; }

    /// <summary>True for a socket of IPv6, which may carry IPv4 all the same.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>True where a socket bound to <c>::</c> takes no IPv4.</summary>
    public bool OnlyIPv6 { get; init; }

    /// <summary>Both ends.</summary>
    public InetTuple Tuple { get; init; }

    /// <summary>The socket's own number, never given twice between two boots; 0 where the source tells none.</summary>
    public ulong Cookie { get; init; }

    /// <summary>The user that made the socket; meaningless where <see cref="Inode"/> is 0.</summary>
    public uint Uid { get; init; }

    /// <summary>The inode behind a process's file descriptor; 0 where no process holds the socket.</summary>
    public uint Inode { get; init; }

    /// <summary>Inode number of the cgroup v2 folder; 0 where the kernel does not tell.</summary>
    public ulong CgroupId { get; init; }

    /// <summary>Whether this end sent the SYN; null where the source does not tell.</summary>
    public bool? Initiated { get; init; }

    /// <summary>Whether the other end's FIN was received; null where the source does not tell.</summary>
    public bool? FinReceived { get; init; }

    /// <summary>Counters of a TCP socket.</summary>
    public TcpFigures Tcp { get; init; }

    /// <summary>True for a TCP socket that listens, and for a UDP socket that is not connected: it has no other end.</summary>
    public bool IsListening => Transport is Transport.Udp ? State is not TcpState.Established : State is TcpState.Listen;

    /// <summary>Reads one message's payload.</summary>
    /// <param name="payload">The bytes.</param>
    /// <param name="transport">What was asked for; a message that tells its own protocol has the last word.</param>
    /// <exception cref="WireFormatException">It is too short, or not of an internet socket.</exception>
    [SkipLocalsInit]
    public static SocketEntry Parse(ReadOnlySpan<byte> payload, Transport transport)
    {
        const byte TimeWaitTimer = 3; // idiag_timer of a struct inet_timewait_sock; inet_twsk_diag_fill

        if (payload.Length < Size)
        {
            throw TooShort(payload.Length);
        }

        ulong cgroup = 0;
        bool onlyIPv6 = false;
        TcpFigures figures = default;
        foreach (NetlinkAttribute attribute in new NetlinkAttributes(payload[Size..]))
        {
            switch (attribute.Type)
            {
                case 2 when attribute.Value.Length > 0: // INET_DIAG_INFO; UDP's is empty
                    figures = TcpFigures.Parse(attribute.Value);
                    break;
                case 10 when attribute.AsByte() == (byte)Transport.Udp: // INET_DIAG_PROTOCOL, on messages of an end
                    transport = Transport.Udp;
                    break;
                case 11: // INET_DIAG_SKV6ONLY
                    onlyIPv6 = attribute.AsByte() != 0;
                    break;
                case 21: // INET_DIAG_CGROUP_ID
                    cgroup = attribute.AsUInt64();
                    break;
            }
        }

        return new SocketEntry
        {
            Transport = transport,
            State = (TcpState)payload[1],
            IsTimeWait = payload[2] == TimeWaitTimer,
            IsIPv6 = payload[0] == 10, // AF_INET6
            OnlyIPv6 = onlyIPv6,
            Tuple = new InetTuple(
                Address(payload, 8), BinaryPrimitives.ReadUInt16BigEndian(payload[4..]),
                Address(payload, 24), BinaryPrimitives.ReadUInt16BigEndian(payload[6..])),
            Cookie = BinaryPrimitives.ReadUInt64LittleEndian(payload[44..]),
            Uid = BinaryPrimitives.ReadUInt32LittleEndian(payload[64..]),
            Inode = BinaryPrimitives.ReadUInt32LittleEndian(payload[68..]),
            CgroupId = cgroup,
            Tcp = figures,
        };
    }

    private static InetAddress Address(ReadOnlySpan<byte> payload, int offset)
    {
        const byte IPv4 = 2, IPv6 = 10; // AF_INET, AF_INET6

        return payload[0] switch
        {
            IPv4 => InetAddress.FromIPv4(payload[offset..]),
            IPv6 => InetAddress.FromIPv6(payload[offset..]),
            byte family => throw Unexpected(family),
        };
    }

    // Apart from the parser, which runs for every socket of every poll: building a text costs it even where none is.
    private static WireFormatException TooShort(int length) =>
        new($"inet_diag_msg of {length} bytes; expected {Size} or more");

    private static WireFormatException Unexpected(byte family) =>
        new($"inet_diag_msg of address family {family}; expected 2 or 10");
}
