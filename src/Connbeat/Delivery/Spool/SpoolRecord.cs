using System.Buffers.Binary;
using Connbeat.Linux;

namespace Connbeat.Delivery.Spool;

/// <summary>
/// The head of one record of a segment. A segment is a file named after the position of its first event, as in
/// <c>00000000000000000042.events</c>, and is nothing but records, one behind the other, in little-endian order:
/// <code>
///    0  marker              4   FF CB 5E 01: its first byte is never in UTF-8, its last is the version
///    4  CRC-32C             4   of bytes 8 to 64
///    8  CRC-32C of body     4
///   12  length of body      4
///   16  position            8   in the log; goes on over restarts
///   24  sequence            8   in its run
///   32  id                 16
///   48  timestamp           8   100 ns since year 1, UTC
///   56  length of key       4
///   60  kind                4   1 an event, 2 a seal
///   64  body                    key | JSON
/// </code>
/// The head has a checksum of its own: where the body is damaged, the length can still be trusted, and the next record
/// begins behind it. Where the head is damaged, the next one is found by its marker, which no JSON contains. So every
/// byte of a segment is looked at a fixed number of times, whatever it says. The position tells exactly how many records
/// a damaged place has cost.
///
/// A seal ends a segment that is whole as far as its writer knows. Its position is that behind the last event, its body
/// the timestamp of the earliest event (8) and of the latest (8). A sealed segment is not read at start: what has happened
/// to it since is found when an output reads it.
/// </summary>
internal readonly record struct SpoolRecord(
    SpoolRecordKind Kind, long Position, long Sequence, UInt128 Id, DateTimeOffset Timestamp, int KeyLength, int BodyLength)
{
    /// <summary>Bytes of a head.</summary>
    public const int HeadSize = 64;

    /// <summary>Bytes of a seal.</summary>
    public const int SealSize = HeadSize + SealBody;

    private const int SealBody = 16;

    /// <summary>What every record begins with.</summary>
    public static ReadOnlySpan<byte> Marker => [0xFF, 0xCB, 0x5E, 0x01];

    /// <summary>Bytes of the whole record.</summary>
    public int Size => HeadSize + BodyLength;

    /// <summary>Bytes that the record of an event takes.</summary>
    public static int SizeOf(EncodedEvent @event) => HeadSize + @event.Key.Length + @event.Json.Length;

    /// <summary>Writes the record of an event.</summary>
    public static void Write(Span<byte> to, long position, EncodedEvent @event)
    {
        @event.Key.Span.CopyTo(to[HeadSize..]);
        @event.Json.Span.CopyTo(to[(HeadSize + @event.Key.Length)..]);
        WriteHead(to, new SpoolRecord(
            SpoolRecordKind.Event, position, @event.Sequence, @event.Id, @event.Timestamp,
            @event.Key.Length, @event.Key.Length + @event.Json.Length));
    }

    /// <summary>Writes the seal of a segment whose events have the positions up to before <paramref name="end"/>.</summary>
    public static void WriteSeal(Span<byte> to, long end, DateTimeOffset earliest, DateTimeOffset latest)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to[HeadSize..], earliest.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(to[(HeadSize + 8)..], latest.UtcTicks);
        WriteHead(to, new SpoolRecord(SpoolRecordKind.Seal, end, 0, default, latest, 0, SealBody));
    }

    /// <summary>Reads the head at the beginning of <paramref name="from"/>.</summary>
    /// <returns>False where there is none that is whole.</returns>
    public static bool TryReadHead(ReadOnlySpan<byte> from, out SpoolRecord record)
    {
        record = default;
        if (from.Length < HeadSize || !from.StartsWith(Marker) ||
            BinaryPrimitives.ReadUInt32LittleEndian(from[4..]) != Crc32C.Of(from[8..HeadSize]))
        {
            return false;
        }

        long ticks = BinaryPrimitives.ReadInt64LittleEndian(from[48..]);
        record = new SpoolRecord(
            (SpoolRecordKind)BinaryPrimitives.ReadInt32LittleEndian(from[60..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadUInt128LittleEndian(from[32..]),
            ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : default,
            BinaryPrimitives.ReadInt32LittleEndian(from[56..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[12..]));
        return record.IsPossible;
    }

    /// <summary>Whether the body behind a head is the one that it was written with.</summary>
    /// <param name="whole">Head and body.</param>
    public static bool IsWhole(ReadOnlySpan<byte> whole) =>
        BinaryPrimitives.ReadUInt32LittleEndian(whole[8..]) == Crc32C.Of(whole[HeadSize..]);

    /// <summary>The event, which keeps the memory of its body.</summary>
    public EncodedEvent ToEvent(ReadOnlyMemory<byte> body) =>
        new(Sequence, Id, body[..KeyLength], Timestamp, body[KeyLength..]);

    /// <summary>The earliest and the latest timestamp that a seal's body tells.</summary>
    public static (DateTimeOffset Earliest, DateTimeOffset Latest) ReadSeal(ReadOnlySpan<byte> body)
    {
        return (Time(BinaryPrimitives.ReadInt64LittleEndian(body)), Time(BinaryPrimitives.ReadInt64LittleEndian(body[8..])));

        static DateTimeOffset Time(long ticks) => new(Math.Clamp(ticks, 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);
    }

    private bool IsPossible =>
        Position >= 0 && BodyLength >= 0 && BodyLength <= int.MaxValue - HeadSize &&
        KeyLength >= 0 && KeyLength <= BodyLength &&
        (Kind is SpoolRecordKind.Event || (Kind is SpoolRecordKind.Seal && BodyLength == SealBody));

    private static void WriteHead(Span<byte> to, in SpoolRecord record)
    {
        Marker.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Crc32C.Of(to.Slice(HeadSize, record.BodyLength)));
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], record.BodyLength);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], record.Position);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], record.Sequence);
        BinaryPrimitives.WriteUInt128LittleEndian(to[32..], record.Id);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], record.Timestamp.UtcTicks);
        BinaryPrimitives.WriteInt32LittleEndian(to[56..], record.KeyLength);
        BinaryPrimitives.WriteInt32LittleEndian(to[60..], (int)record.Kind);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Crc32C.Of(to[8..HeadSize]));
    }
}

/// <summary>What a record is.</summary>
internal enum SpoolRecordKind
{
    /// <summary>An event.</summary>
    Event = 1,

    /// <summary>The end of a segment.</summary>
    Seal = 2,
}
