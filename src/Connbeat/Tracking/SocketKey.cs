using System.Buffers.Binary;
using Connbeat.Capture;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tracking;

/// <summary>
/// What the table knows a socket by: its network namespace and its cookie, which the kernel never gives twice between
/// two boots; where no cookie is told, the inode stands in for it. A key is a socket, not a connection: one socket can have
/// several lives (see <see cref="Connection.Life"/>). One that is not connected talks to many: each such flow has a key of
/// its own.
/// </summary>
internal readonly record struct SocketKey(uint Namespace, ulong Cookie) : IComparable<SocketKey>
{
    /// <summary>Marks an inode; the kernel counts its cookies up from 1.</summary>
    private const ulong InodeMark = 1UL << 63;

    /// <summary>Marks a flow; below it stands a hash that is the same in every run.</summary>
    private const ulong FlowMark = 1UL << 62;

    /// <summary>True where the kernel tells a cookie; a flow has it in its hash.</summary>
    public bool HasCookie => (Cookie & InodeMark) == 0;

    /// <summary>True for a flow of a UDP socket that is not connected.</summary>
    public bool IsFlow => (Cookie & (InodeMark | FlowMark)) == FlowMark;

    /// <summary>The key of the socket that was observed.</summary>
    public static SocketKey Of(in SocketObservation seen) =>
        new(seen.Namespace, seen.Entry.Cookie != 0 ? seen.Entry.Cookie : InodeMark | seen.Entry.Inode);

    /// <summary>The key of what goes by between a socket and one other end.</summary>
    public static SocketKey OfFlow(SocketKey socket, InetTuple ends)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong) + (2 * 16) + (2 * sizeof(ushort))];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, socket.Cookie);
        ends.Local.Write(bytes[8..]);
        ends.Remote.Write(bytes[24..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[40..], ends.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[42..], ends.RemotePort);
        return new SocketKey(socket.Namespace, FlowMark | ((ulong)SipHash128.Hash(UInt128.Zero, bytes) & (FlowMark - 1)));
    }

    /// <summary>By namespace, and then as the kernel counts.</summary>
    public int CompareTo(SocketKey other) =>
        Namespace == other.Namespace ? Cookie.CompareTo(other.Cookie) : Namespace.CompareTo(other.Namespace);
}
