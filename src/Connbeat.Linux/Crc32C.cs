using System.Buffers.Binary;
using System.Numerics;

namespace Connbeat.Linux;

/// <summary>CRC-32C, the Castagnoli polynomial of RFC 3720 (appendix B.4); by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of these bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
