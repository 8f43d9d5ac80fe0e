using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Connbeat.Linux;

/// <summary>
/// An IPv4 or IPv6 address in 16 bytes, without a heap object. IPv4 is held in its mapped form (RFC 4291, 2.5.5.2), so
/// that <c>192.0.2.1</c> and <c>::ffff:192.0.2.1</c> are one address, while <c>0.0.0.0</c> and <c>::</c> stay two.
/// </summary>
internal readonly record struct InetAddress
{
    private const ulong MappedPrefix = 0xffff_0000_0000;

    private readonly ulong _high;
    private readonly ulong _low;

    private InetAddress(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>True for IPv4, also where the kernel shows it on an IPv6 socket.</summary>
    public bool IsIPv4 => _high == 0 && _low >> 32 == MappedPrefix >> 32;

    /// <summary>True for <c>0.0.0.0</c> and <c>::</c>.</summary>
    public bool IsAny => _high == 0 && _low is 0 or MappedPrefix;

    /// <summary>True for 127.0.0.0/8 and <c>::1</c>.</summary>
    public bool IsLoopback => _high == 0 && (_low == 1 || _low >> 24 == (MappedPrefix >> 24 | 127));

    /// <summary>The IPv6 address that <paramref name="bytes"/> begin with, in network byte order.</summary>
    /// <exception cref="WireFormatException">There are fewer than 16 bytes.</exception>
    public static InetAddress FromIPv6(ReadOnlySpan<byte> bytes) => bytes.Length >= 16
        ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]))
        : throw TooShort("IPv6", bytes.Length, 16);

    /// <summary>The IPv4 address that <paramref name="bytes"/> begin with, in network byte order.</summary>
    /// <exception cref="WireFormatException">There are fewer than 4 bytes.</exception>
    public static InetAddress FromIPv4(ReadOnlySpan<byte> bytes) => bytes.Length >= 4
        ? new(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes))
        : throw TooShort("IPv4", bytes.Length, 4);

    /// <summary>The address that <paramref name="text"/> spells.</summary>
    /// <exception cref="FormatException">It spells none.</exception>
    public static InetAddress Parse(string text) => From(IPAddress.Parse(text));

    /// <summary>The same address as <paramref name="address"/>; a scope id is left behind.</summary>
    public static InetAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? FromIPv4(bytes) : FromIPv6(bytes);
    }

    /// <summary>True where the first bits are the same, of the 128 that an address is held in.</summary>
    public bool BeginsLike(InetAddress other, int bits) =>
        ((_high ^ other._high) & First(bits)) == 0 && ((_low ^ other._low) & First(bits - 64)) == 0;

    /// <summary>Writes 4 bytes for IPv4, else 16, in network byte order, and returns how many.</summary>
    public int Write(Span<byte> destination)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
            return 4;
        }

        WriteIPv6(destination);
        return 16;
    }

    /// <summary>Writes 16 bytes in network byte order, IPv4 in its mapped form.</summary>
    public void WriteIPv6(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    /// <summary>The address as text in UTF-8: dotted for IPv4, RFC 5952 for IPv6. It takes 45 bytes at least.</summary>
    /// <returns>How many bytes were written.</returns>
    public int FormatUtf8(Span<byte> destination)
    {
        return IsIPv4
            ? InetAddressText.FormatIPv4((uint)_low, destination)
            : InetAddressText.FormatIPv6(_high, _low, destination);
    }

    /// <summary>The same address as the BCL has it; IPv4 is not mapped.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPAddress(bytes[..Write(bytes)]);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[InetAddressText.Longest];
        return Encoding.ASCII.GetString(text[..FormatUtf8(text)]);
    }

    private static ulong First(int bits) => bits <= 0 ? 0 : bits >= 64 ? ulong.MaxValue : ~(ulong.MaxValue >> bits);

    private static WireFormatException TooShort(string kind, int length, int expected) =>
        new($"an {kind} address of {length} bytes; expected {expected}");
}
