using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Connbeat.Linux.Netlink;

/// <summary>Walks attributes (struct nlattr of linux/netlink.h: length, type, value, padding to 4 bytes) in place.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The attribute that the last <see cref="MoveNext"/> came to.</summary>
    public NetlinkAttribute Current { get; private set; }

    /// <summary>Lets <c>foreach</c> walk it.</summary>
    public readonly NetlinkAttributes GetEnumerator() => this;

    /// <summary>Goes to the next attribute.</summary>
    /// <exception cref="WireFormatException">An attribute is shorter than its header or longer than what is left.</exception>
    public bool MoveNext()
    {
        const int HeaderSize = 4;

        if (_rest.IsEmpty)
        {
            return false;
        }

        int length = 0;
        if (_rest.Length < HeaderSize || (length = MemoryMarshal.Read<ushort>(_rest)) < HeaderSize || length > _rest.Length)
        {
            throw Malformed(length);
        }

        const int TypeMask = 0x3fff; // NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER
        Current = new NetlinkAttribute(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask, _rest[HeaderSize..length]);
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }

    // Apart from the walk, which is taken for every attribute of every socket.
    private readonly WireFormatException Malformed(int length) =>
        new($"netlink attribute of {length} bytes in {_rest.Length} left");
}

/// <summary>One attribute: its type, and its value, whose size is checked where it is read.</summary>
internal readonly ref struct NetlinkAttribute(int type, ReadOnlySpan<byte> value)
{
    /// <summary>What the value means; the numbers are those of the message's protocol.</summary>
    public int Type { get; } = type;

    /// <summary>The bytes of the value.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    /// <summary>The value as an 8-bit number.</summary>
    /// <exception cref="WireFormatException">It has another size.</exception>
    public byte AsByte() => Exactly(1)[0];

    /// <summary>The attributes that the value is made of.</summary>
    public NetlinkAttributes Nested => new(Value);

    /// <summary>The value as a 16-bit number in network byte order.</summary>
    /// <exception cref="WireFormatException">It has another size.</exception>
    public ushort AsNetworkUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Exactly(2));

    /// <summary>The value as a 32-bit number in network byte order.</summary>
    /// <exception cref="WireFormatException">It has another size.</exception>
    public uint AsNetworkUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Exactly(4));

    /// <summary>The value as a 64-bit number in network byte order.</summary>
    /// <exception cref="WireFormatException">It has another size.</exception>
    public ulong AsNetworkUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Exactly(8));

    /// <summary>The value as an IPv4 address.</summary>
    /// <exception cref="WireFormatException">It has another size.</exception>
    public InetAddress AsIPv4() => InetAddress.FromIPv4(Exactly(4));

    /// <summary>The value as an IPv6 address.</summary>
    /// <exception cref="WireFormatException">It has another size.</exception>
    public InetAddress AsIPv6() => InetAddress.FromIPv6(Exactly(16));

    /// <summary>The value as a 64-bit number in host byte order.</summary>
    /// <exception cref="WireFormatException">It has another size.</exception>
    public ulong AsUInt64() => MemoryMarshal.Read<ulong>(Exactly(8));

    private ReadOnlySpan<byte> Exactly(int size) => Value.Length == size ? Value : throw Unexpected(size);

    private WireFormatException Unexpected(int size) =>
        new($"netlink attribute {Type} of {Value.Length} bytes; expected {size}");
}
