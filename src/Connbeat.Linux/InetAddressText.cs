using System.Buffers.Binary;

namespace Connbeat.Linux;

/// <summary>Writes addresses as people write them, in ASCII: dotted for IPv4, RFC 5952 for IPv6.</summary>
internal static class InetAddressText
{
    /// <summary>Bytes that suffice for every address.</summary>
    public const int Longest = 45; // INET6_ADDRSTRLEN without its NUL

    private const int Groups = 8;

    /// <summary>Four decimal numbers and three dots.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int FormatIPv4(uint address, Span<byte> destination)
    {
        int written = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            ((byte)(address >> shift)).TryFormat(destination[written..], out int digits);
            written += digits;
            if (shift > 0)
            {
                destination[written++] = (byte)'.';
            }
        }

        return written;
    }

    /// <summary>
    /// Eight groups of hexadecimal digits; the longest run of zero groups, two at least, is written as <c>::</c>.
    /// </summary>
    /// <param name="high">The first four groups.</param>
    /// <param name="low">The last four groups.</param>
    /// <param name="destination">At least <see cref="Longest"/> bytes: each group is stored as four.</param>
    /// <returns>How many bytes were written.</returns>
    public static int FormatIPv6(ulong high, ulong low, Span<byte> destination)
    {
        (int first, int end) = LongestZeroRun(high, low);
        int written = 0;
        for (int i = 0; i < Groups; i++)
        {
            if (i == first)
            {
                destination[written++] = (byte)':';
                destination[written++] = (byte)':';
                i = end - 1;
                continue;
            }

            if (i > 0 && i != end)
            {
                destination[written++] = (byte)':';
            }

            uint group = Group(high, low, i);
            int digits = group > 0xfff ? 4 : group > 0xff ? 3 : group > 0xf ? 2 : 1;
            BinaryPrimitives.WriteUInt32BigEndian(destination[written..], Digits(group) << (8 * (4 - digits)));
            written += digits;
        }

        return written;
    }

    /// <summary>Of runs of equal length the first; -1 where no two zero groups stand together.</summary>
    private static (int First, int End) LongestZeroRun(ulong high, ulong low)
    {
        (int first, int end) = (-1, -1);
        int longest = 1;
        int length = 0;
        for (int i = 0; i < Groups; i++)
        {
            length = Group(high, low, i) == 0 ? length + 1 : 0;
            if (length > longest)
            {
                longest = length;
                (first, end) = (i + 1 - length, i + 1);
            }
        }

        return (first, end);
    }

    private static uint Group(ulong high, ulong low, int index) =>
        (ushort)((index < 4 ? high : low) >> (48 - (16 * (index & 3))));

    /// <summary>The four hexadecimal digits of a group in ASCII, the first in the highest byte.</summary>
    private static uint Digits(uint group)
    {
        // One nibble to each byte; then '0' is added to all four, and to those above 9 what lies between '9' and 'a'.
        uint nibbles = ((group & 0xf000) << 12) | ((group & 0x0f00) << 8) | ((group & 0x00f0) << 4) | (group & 0x000f);
        uint letters = ((nibbles + 0x06060606) >> 4) & 0x01010101;
        return nibbles + 0x30303030 + (letters * ('a' - '9' - 1));
    }
}
