using System.Buffers.Binary;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Linux.Bpf;

/// <summary>
/// A socket as the programs tell it: <c>struct socket_facts</c> of records.h, and <c>struct tcp_figures</c> behind it where
/// it is told.
/// </summary>
internal readonly record struct ProgramSocket
{
    /// <summary>Bytes of <c>struct socket_facts</c>.</summary>
    public const int Size = 128;

    /// <summary>Bytes of <c>struct socket_row</c>, as a snapshot has one for each descriptor.</summary>
    public const int RowSize = Size + TcpFigures.ProgramSize;

    private const byte FinReceivedFlag = 1, OnlyIPv6Flag = 2, NeverSentFlag = 4; // enum record_flags

    /// <summary>
    /// What sock_diag would tell too. The state is that of the socket; after a change it is the state before. The user is
    /// the owner's.
    /// </summary>
    public SocketEntry Entry { get; private init; }

    /// <summary>The network namespace, by its inode number.</summary>
    public uint Namespace { get; private init; }

    /// <summary>
    /// When it was established, or began to connect or listen, in nanoseconds on the boot clock; 0 where nobody looked then.
    /// </summary>
    public long Since { get; private init; }

    /// <summary>True for a connect that failed before anything was sent.</summary>
    public bool NeverSent { get; private init; }

    /// <summary>The socket's error, as SO_ERROR would tell it; 0 for none.</summary>
    public int Error { get; private init; }

    /// <summary>How the owner was found.</summary>
    public OwnerMethod Method { get; private init; }

    /// <summary>Of a row, process id of whose descriptor it is; 0 where it has none in the agent's pid namespace.</summary>
    public int Holder { get; private init; }

    /// <summary>Who uses it.</summary>
    public SocketOwner Owner { get; private init; }

    /// <summary>Reads one row of a snapshot.</summary>
    /// <exception cref="WireFormatException">It is no row.</exception>
    public static ProgramSocket ParseRow(ReadOnlySpan<byte> row) => row.Length == RowSize
        ? Parse(row)
        : throw new WireFormatException($"a socket row of {row.Length} bytes; expected {RowSize}");

    /// <summary>Reads a socket, and its figures where they are there.</summary>
    /// <exception cref="WireFormatException">It is too short, or not of an internet socket.</exception>
    public static ProgramSocket Parse(ReadOnlySpan<byte> facts)
    {
        const byte IPv4 = 2, IPv6 = 10, Tcp = 6, Udp = 17; // AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_UDP
        const byte OriginHere = 1, OriginThere = 2;        // enum record_origin

        if (facts.Length < Size)
        {
            throw new WireFormatException($"a socket of {facts.Length} bytes; expected {Size} or more");
        }

        byte family = facts[68], protocol = facts[69], origin = facts[71], flags = facts[72];
        if (family is not (IPv4 or IPv6) || protocol is not (Tcp or Udp))
        {
            throw new WireFormatException($"a socket of family {family} and protocol {protocol}; expected 2 or 10, and 6 or 17");
        }

        SocketOwner owner = SocketOwner.Read(facts[80..]);
        return new ProgramSocket
        {
            Entry = new SocketEntry
            {
                Transport = (Transport)protocol,
                State = (TcpState)facts[70],
                OnlyIPv6 = (flags & OnlyIPv6Flag) != 0,
                Tuple = new InetTuple(
                    Address(facts[32..], family == IPv4), BinaryPrimitives.ReadUInt16LittleEndian(facts[64..]),
                    Address(facts[48..], family == IPv4), BinaryPrimitives.ReadUInt16LittleEndian(facts[66..])),
                Cookie = BinaryPrimitives.ReadUInt64LittleEndian(facts),
                CgroupId = BinaryPrimitives.ReadUInt64LittleEndian(facts[16..]),
                Inode = BinaryPrimitives.ReadUInt32LittleEndian(facts[24..]),
                Uid = owner.Uid,
                Initiated = origin switch
                {
                    OriginHere => true,
                    OriginThere => false,
                    _ => null,
                },
                FinReceived = (flags & FinReceivedFlag) != 0,
                Tcp = protocol == Tcp ? TcpFigures.ReadProgram(facts[Size..]) : default,
            },
            Namespace = BinaryPrimitives.ReadUInt32LittleEndian(facts[28..]),
            Since = BinaryPrimitives.ReadInt64LittleEndian(facts[8..]),
            Holder = BinaryPrimitives.ReadInt32LittleEndian(facts[76..]),
            NeverSent = (flags & NeverSentFlag) != 0,
            Error = BinaryPrimitives.ReadUInt16LittleEndian(facts[74..]),
            Method = (OwnerMethod)facts[73],
            Owner = owner,
        };
    }

    private static InetAddress Address(ReadOnlySpan<byte> bytes, bool isIPv4) =>
        isIPv4 ? InetAddress.FromIPv4(bytes) : InetAddress.FromIPv6(bytes);
}
