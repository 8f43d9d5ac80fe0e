using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Connbeat.Linux;

namespace Connbeat.Delivery.Spool;

/// <summary>
/// The file <c>cursors</c>: how far each output is. It has two slots, each with a number that goes up; the next write goes
/// to the one with the lower number, and only when the one before is safe. So at any moment one of them is whole. In
/// little-endian order:
/// <code>
///    0  marker          4   FF C5 E7 01
///    4  CRC-32C         4   of bytes 8 to the end
///    8  length          4   of all of it
///   12  outputs         4
///   16  number          8
///   24  end of the log  8   so that no position is ever given twice
///   32  oldest event        8   what is before it was settled, or let go of because the log was full
///   40  each output:        position 8 | length of name 4 | name
/// </code>
/// With one slot damaged, the other is older by one <c>sync</c>: its events are delivered again. With both, all outputs
/// begin with the oldest event there is.
/// </summary>
internal sealed class CursorFile(ISpoolFolder folder)
{
    /// <summary>Its name.</summary>
    public const string Name = "cursors";

    private const int SlotSize = 32 * 1024;
    private const int FixedSize = 40;

    private static ReadOnlySpan<byte> Marker => [0xFF, 0xC5, 0xE7, 0x01];

    private long _number;
    private bool _isSafe;
    private bool _isNamed;

    /// <summary>Reads it.</summary>
    /// <returns>Null where there is none, or nothing in it is whole.</returns>
    public SavedCursors? Read()
    {
        SavedCursors? newest = null;
        using ISpoolFile file = folder.OpenToRead(Name);
        byte[] content = new byte[SlotSize];
        for (int slot = 0; slot < 2; slot++)
        {
            SavedCursors? saved = Parse(content.AsSpan(0, Read(file, content, slot * SlotSize)));
            newest = saved is not null && (newest is null || saved.Number > newest.Number) ? saved : newest;
        }

        _number = newest?.Number ?? 0;
        return newest;
    }

    /// <summary>Writes it, and makes it safe.</summary>
    public void Write(long oldest, long end, IReadOnlyCollection<KeyValuePair<string, long>> positions)
    {
        byte[] slot = Serialise(_number + 1, oldest, end, positions);
        using ISpoolFile file = folder.OpenToWrite(Name);
        long length = file.Length;
        if (length < 2 * SlotSize)
        {
            file.Write(new byte[(2 * SlotSize) - length], length); // on a full disk there must be room for both slots
        }

        if (!_isSafe)
        {
            file.Sync(); // a run that was killed may have left the newest slot unsafe
            _isSafe = true;
        }

        file.Write(slot, ((_number + 1) & 1) * SlotSize);
        file.Sync();
        if (!_isNamed)
        {
            folder.Sync();
            _isNamed = true;
        }

        _number++;
    }

    /// <summary>A slot's bytes; none where the disk does not give them, asked twice.</summary>
    private static int Read(ISpoolFile file, Span<byte> slot, long at)
    {
        for (int attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                return file.Read(slot, at);
            }
            catch (Exception failure) when (SpoolFault.Is(failure))
            {
                // The other slot may do.
            }
        }

        return 0;
    }

    /// <summary>Reads one slot.</summary>
    /// <returns>Null where it is not whole.</returns>
    public static SavedCursors? Parse(ReadOnlySpan<byte> slot)
    {
        if (slot.Length < FixedSize || !slot.StartsWith(Marker))
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(slot[8..]);
        if (length < FixedSize || length > slot.Length ||
            BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]) != Crc32C.Of(slot[8..length]))
        {
            return null;
        }

        Dictionary<string, long> positions = new(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = slot[FixedSize..length];
        for (int count = BinaryPrimitives.ReadInt32LittleEndian(slot[12..]); count > 0; count--)
        {
            int name = rest.Length < 12 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            if (name < 0 || name > rest.Length - 12)
            {
                return null;
            }

            positions[Encoding.UTF8.GetString(rest.Slice(12, name))] = BinaryPrimitives.ReadInt64LittleEndian(rest);
            rest = rest[(12 + name)..];
        }

        return new SavedCursors(
            BinaryPrimitives.ReadInt64LittleEndian(slot[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[24..]),
            positions);
    }

    /// <summary>Writes one slot.</summary>
    /// <exception cref="IOException">There are more outputs than it holds.</exception>
    public static byte[] Serialise(
        long number, long oldest, long end, IReadOnlyCollection<KeyValuePair<string, long>> positions)
    {
        ArrayBufferWriter<byte> writer = new(FixedSize);
        writer.Write(new byte[FixedSize]);
        foreach ((string output, long position) in positions)
        {
            int name = Encoding.UTF8.GetByteCount(output);
            Span<byte> entry = writer.GetSpan(12 + name);
            BinaryPrimitives.WriteInt64LittleEndian(entry, position);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], name);
            Encoding.UTF8.GetBytes(output, entry[12..]);
            writer.Advance(12 + name);
        }

        byte[] slot = writer.WrittenSpan.ToArray();
        if (slot.Length > SlotSize)
        {
            throw new IOException($"{positions.Count} outputs take {slot.Length} bytes; there are {SlotSize}");
        }

        Marker.CopyTo(slot);
        BinaryPrimitives.WriteInt32LittleEndian(slot.AsSpan(8), slot.Length);
        BinaryPrimitives.WriteInt32LittleEndian(slot.AsSpan(12), positions.Count);
        BinaryPrimitives.WriteInt64LittleEndian(slot.AsSpan(16), number);
        BinaryPrimitives.WriteInt64LittleEndian(slot.AsSpan(24), end);
        BinaryPrimitives.WriteInt64LittleEndian(slot.AsSpan(32), oldest);
        BinaryPrimitives.WriteUInt32LittleEndian(slot.AsSpan(4), Crc32C.Of(slot.AsSpan(8)));
        return slot;
    }
}

/// <summary>How far each output is, as the file says.</summary>
/// <param name="Number">The slot's.</param>
/// <param name="Oldest">The position of the oldest event that the log had.</param>
/// <param name="End">The position that the next event was to have.</param>
/// <param name="Positions">For each output, that of the oldest event that it has not settled.</param>
internal sealed record SavedCursors(long Number, long Oldest, long End, IReadOnlyDictionary<string, long> Positions);
