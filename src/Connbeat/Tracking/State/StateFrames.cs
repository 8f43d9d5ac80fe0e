using System.Buffers;
using System.Buffers.Binary;
using Connbeat.Linux;

namespace Connbeat.Tracking.State;

/// <summary>
/// What each record of the state file is within:
/// <code>
///   length of body, 4 | CRC-32C of body, 4 | body
/// </code>
/// in little-endian order. A crash can tear the last one, so reading ends, without complaint, at the first that is not whole.
/// </summary>
internal static class StateFrames
{
    /// <summary>Bytes before the body of a record.</summary>
    public const int Size = 8;

    /// <summary>No record is longer than this; a length beyond is damage.</summary>
    public const int LongestBody = 1 << 20;

    /// <summary>Writes a record.</summary>
    public static void Write(IBufferWriter<byte> to, ReadOnlySpan<byte> body)
    {
        Span<byte> frame = to.GetSpan(Size + body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc32C.Of(body));
        body.CopyTo(frame[Size..]);
        to.Advance(Size + body.Length);
    }

    /// <summary>Takes the next whole record off <paramref name="bytes"/>.</summary>
    /// <returns>False where there is none: the end, a torn tail, or damage.</returns>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (bytes.Length < Size)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length is 0 or > LongestBody || length > bytes.Length - Size)
        {
            return false;
        }

        body = bytes.Slice(Size, (int)length);
        if (Crc32C.Of(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]))
        {
            return false;
        }

        bytes = bytes[(Size + (int)length)..];
        return true;
    }
}
