using System.Buffers.Binary;

namespace Connbeat.Linux.Bpf;

/// <summary>
/// What is known of the datagrams between a UDP socket and one other end: <c>struct flow_record</c> of records.h, or a
/// <c>struct flow_key</c> and <c>struct flow</c> as they stand in the map. Times are nanoseconds on the boot clock.
/// </summary>
internal readonly record struct FlowRecord
{
    /// <summary>Bytes of <c>struct flow_key</c>.</summary>
    public const int KeySize = 48;

    /// <summary>Bytes of <c>struct flow</c>.</summary>
    public const int ValueSize = 120;

    private const int HeadSize = 16;
    private const byte ConnectedFlag = 1, OwnFlag = 2; // enum flow_flags

    /// <summary>What happened.</summary>
    public RecordKind Kind { get; init; }

    /// <summary>When.</summary>
    public long At { get; init; }

    /// <summary>The socket.</summary>
    public ulong Cookie { get; init; }

    /// <summary>The ends as the datagrams have them: the socket may be bound to any address.</summary>
    public InetTuple Tuple { get; init; }

    /// <summary>The network namespace, by its inode number.</summary>
    public uint Namespace { get; init; }

    /// <summary>The socket's inode; 0 where no process held it when the flow began.</summary>
    public uint Inode { get; init; }

    /// <summary>The socket's control group of version 2, by its inode number.</summary>
    public ulong CgroupId { get; init; }

    /// <summary>When its first datagram came by.</summary>
    public long First { get; init; }

    /// <summary>When its latest did; of a busy flow within a tick of the kernel, 1 to 10 ms.</summary>
    public long Last { get; init; }

    /// <summary>Datagrams sent.</summary>
    public long Sent { get; init; }

    /// <summary>Payload bytes sent.</summary>
    public long SentBytes { get; init; }

    /// <summary>Datagrams that came in for the socket; what it had no room for is among them.</summary>
    public long Received { get; init; }

    /// <summary>Payload bytes of these.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>True where the first datagram was sent from here.</summary>
    public bool BeganHere { get; init; }

    /// <summary>True where the socket is connected to this other end, and has no more.</summary>
    public bool IsConnected { get; init; }

    /// <summary>True for one of the agent's.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Who sent first; of nobody, the user that made the socket.</summary>
    public SocketOwner Owner { get; init; }

    /// <summary>Reads one record of the ring.</summary>
    /// <exception cref="WireFormatException">It is none of a flow.</exception>
    public static FlowRecord Parse(ReadOnlySpan<byte> record)
    {
        RecordKind kind = SocketRecord.ReadKind(record);
        if (kind is not (RecordKind.FlowBegan or RecordKind.FlowOwned or RecordKind.FlowEnded))
        {
            throw new WireFormatException($"a record of kind {(byte)kind}; expected one of a flow");
        }

        if (record.Length < HeadSize + KeySize + ValueSize)
        {
            throw new WireFormatException(
                $"a record of a flow of {record.Length} bytes; expected {HeadSize + KeySize + ValueSize}");
        }

        return Parse(record[HeadSize..], record[(HeadSize + KeySize)..]) with
        {
            Kind = kind,
            At = BinaryPrimitives.ReadInt64LittleEndian(record),
        };
    }

    /// <summary>Reads an entry of the map; <see cref="Kind"/> and <see cref="At"/> are for who reads it to say.</summary>
    /// <exception cref="WireFormatException">It is too short, or not of an internet socket.</exception>
    public static FlowRecord Parse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        const byte IPv4 = 2, IPv6 = 10; // AF_INET, AF_INET6
        const byte OriginHere = 1;      // enum record_origin

        if (key.Length < KeySize || value.Length < ValueSize)
        {
            throw new WireFormatException($"a flow of {key.Length} and {value.Length} bytes; expected {KeySize} and {ValueSize}");
        }

        byte family = key[44], flags = value[66];
        if (family is not (IPv4 or IPv6))
        {
            throw new WireFormatException($"a flow of family {family}; expected 2 or 10");
        }

        return new FlowRecord
        {
            Cookie = BinaryPrimitives.ReadUInt64LittleEndian(key),
            Tuple = new InetTuple(
                Address(key[8..], family == IPv4), BinaryPrimitives.ReadUInt16LittleEndian(key[40..]),
                Address(key[24..], family == IPv4), BinaryPrimitives.ReadUInt16LittleEndian(key[42..])),
            First = BinaryPrimitives.ReadInt64LittleEndian(value),
            Last = BinaryPrimitives.ReadInt64LittleEndian(value[8..]),
            Sent = BinaryPrimitives.ReadInt64LittleEndian(value[16..]),
            SentBytes = BinaryPrimitives.ReadInt64LittleEndian(value[24..]),
            Received = BinaryPrimitives.ReadInt64LittleEndian(value[32..]),
            ReceivedBytes = BinaryPrimitives.ReadInt64LittleEndian(value[40..]),
            CgroupId = BinaryPrimitives.ReadUInt64LittleEndian(value[48..]),
            Namespace = BinaryPrimitives.ReadUInt32LittleEndian(value[56..]),
            Inode = BinaryPrimitives.ReadUInt32LittleEndian(value[60..]),
            BeganHere = value[64] == OriginHere,
            IsConnected = (flags & ConnectedFlag) != 0,
            IsOwn = (flags & OwnFlag) != 0,
            Owner = SocketOwner.Read(value[72..]),
        };
    }

    private static InetAddress Address(ReadOnlySpan<byte> bytes, bool isIPv4) =>
        isIPv4 ? InetAddress.FromIPv4(bytes) : InetAddress.FromIPv6(bytes);
}
