using Connbeat.Capture;

namespace Connbeat.Tracking;

/// <summary>
/// What the table knows a socket by: its network namespace and its cookie, which the kernel never gives twice between
/// two boots; where no cookie is told, the inode stands in for it. A key is a socket, not a connection: one socket can have
/// several lives (see <see cref="Connection.Life"/>).
/// </summary>
internal readonly record struct SocketKey(uint Namespace, ulong Cookie) : IComparable<SocketKey>
{
    /// <summary>Marks an inode; the kernel counts its cookies up from 1.</summary>
    private const ulong InodeMark = 1UL << 63;

    /// <summary>True where the kernel tells a cookie.</summary>
    public bool HasCookie => (Cookie & InodeMark) == 0;

    /// <summary>The key of the socket that was observed.</summary>
    public static SocketKey Of(in SocketObservation seen) =>
        new(seen.Namespace, seen.Entry.Cookie != 0 ? seen.Entry.Cookie : InodeMark | seen.Entry.Inode);

    /// <summary>By namespace, and then as the kernel counts.</summary>
    public int CompareTo(SocketKey other) =>
        Namespace == other.Namespace ? Cookie.CompareTo(other.Cookie) : Namespace.CompareTo(other.Namespace);
}
