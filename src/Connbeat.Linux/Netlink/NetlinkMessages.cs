using System.Runtime.InteropServices;

namespace Connbeat.Linux.Netlink;

/// <summary>Walks the messages of one datagram in place. Copies nothing, reads nothing past its end.</summary>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    /// <summary>The message that the last <see cref="MoveNext"/> came to.</summary>
    public NetlinkMessage Current { get; private set; }

    /// <summary>Lets <c>foreach</c> walk it.</summary>
    public readonly NetlinkMessages GetEnumerator() => this;

    /// <summary>Goes to the next message.</summary>
    /// <exception cref="WireFormatException">A message is shorter than its header or longer than the datagram.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (!MemoryMarshal.TryRead(_rest, out NetlinkHeader header) ||
            header.Length < NetlinkHeader.Size || header.Length > _rest.Length)
        {
            throw Malformed(header);
        }

        int length = (int)header.Length;
        Current = new NetlinkMessage(header, _rest[NetlinkHeader.Size..length]);
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..]; // the last message may end unaligned
        return true;
    }

    private readonly WireFormatException Malformed(NetlinkHeader header) =>
        new($"netlink message of {header.Length} bytes in {_rest.Length} left");
}

/// <summary>One message of a datagram: header and payload, valid as long as the datagram's buffer.</summary>
internal readonly ref struct NetlinkMessage(NetlinkHeader header, ReadOnlySpan<byte> payload)
{
    /// <summary>The header.</summary>
    public NetlinkHeader Header { get; } = header;

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>The errno of an <see cref="NetlinkMessageType.Error"/> message, positive; 0 acknowledges.</summary>
    /// <exception cref="WireFormatException">The message has no room for an errno.</exception>
    public int Errno
    {
        get
        {
            int errno = Payload.Length >= sizeof(int) ? MemoryMarshal.Read<int>(Payload) : int.MinValue;
            return errno != int.MinValue
                ? Math.Abs(errno)
                : throw new WireFormatException($"netlink error message of {Payload.Length} bytes without an errno");
        }
    }
}
