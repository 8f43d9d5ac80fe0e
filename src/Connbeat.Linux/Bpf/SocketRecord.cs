using System.Buffers.Binary;

namespace Connbeat.Linux.Bpf;

/// <summary>
/// What happened to a TCP socket, or that a UDP socket is gone: <c>struct socket_record</c> of records.h, or <c>struct ended_record</c>, which begins alike.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, in nanoseconds on the boot clock.</param>
/// <param name="Socket">To whom.</param>
internal readonly record struct SocketRecord(RecordKind Kind, long At, ProgramSocket Socket)
{
    private const int HeadSize = 16;

    /// <summary>Reads one record of the ring, whose kind is one of a socket's.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public static SocketRecord Parse(ReadOnlySpan<byte> record)
    {
        RecordKind kind = ReadKind(record);
        return kind is RecordKind.Opened or RecordKind.Owned or RecordKind.Closed or RecordKind.Failed
            ? new(kind, BinaryPrimitives.ReadInt64LittleEndian(record), ProgramSocket.Parse(record[HeadSize..]))
            : throw new WireFormatException($"a record of kind {(byte)kind}; expected one of a socket");
    }

    /// <summary>The kind of any record.</summary>
    /// <exception cref="WireFormatException">It is too short to have one.</exception>
    public static RecordKind ReadKind(ReadOnlySpan<byte> record) => record.Length >= HeadSize
        ? (RecordKind)record[8]
        : throw new WireFormatException($"a record of {record.Length} bytes; expected {HeadSize} or more");
}

/// <summary>What a record of the ring tells: <c>enum record_kind</c> of records.h.</summary>
internal enum RecordKind : byte
{
    /// <summary>A connection, or a listener, is there.</summary>
    Opened = 1,

    /// <summary>Somebody uses a connection that nobody had used yet.</summary>
    Owned = 2,

    /// <summary>A connection, or a listener, is gone.</summary>
    Closed = 3,

    /// <summary>A connect did not succeed.</summary>
    Failed = 4,

    /// <summary>A process runs another program.</summary>
    Exec = 16,

    /// <summary>There is a new process.</summary>
    Fork = 17,

    /// <summary>A process has ended.</summary>
    Exit = 18,

    /// <summary>The first datagram between a UDP socket and another end.</summary>
    FlowBegan = 32,

    /// <summary>The first that was sent, where the first of all was received.</summary>
    FlowOwned = 33,

    /// <summary>The flow is over.</summary>
    FlowEnded = 34,
}
