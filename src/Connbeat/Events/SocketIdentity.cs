using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>
/// What makes a connection or a listener this one and no other, within one boot of the machine. The kernel's cookie
/// names a socket, not a connection: a UDP socket that turns to another peer and a TCP socket that tries again after a
/// refusal keep theirs, so the remote end and the count of lives belong to it.
/// </summary>
/// <remarks>
/// Two are equal where namespace, life and either of these are: with a cookie, the cookie and the remote end (the
/// message of a socket's end tells no inode); without one, the whole tuple and the inode.
/// </remarks>
/// <param name="Namespace">Inode number of the network namespace.</param>
/// <param name="Cookie">The kernel's number for the socket, never used again in one boot; 0 where not told.</param>
/// <param name="Tuple">Both ends.</param>
/// <param name="Inode">Inode number of the socket; it is used again, and is 0 when no process holds the socket.</param>
/// <param name="Life">How many lives were seen before that are equal in all else.</param>
internal readonly record struct SocketIdentity(uint Namespace, ulong Cookie, InetTuple Tuple, uint Inode, uint Life)
{
    /// <inheritdoc/>
    public bool Equals(SocketIdentity other) =>
        Cookie == other.Cookie && Life == other.Life && Namespace == other.Namespace &&
        (Cookie == 0
            ? Tuple == other.Tuple && Inode == other.Inode
            : Tuple.Remote == other.Tuple.Remote && Tuple.RemotePort == other.Tuple.RemotePort);

    /// <inheritdoc/>
    public override int GetHashCode() => Cookie == 0
        ? HashCode.Combine(Namespace, Tuple, Inode, Life)
        : HashCode.Combine(Namespace, Cookie, Tuple.Remote, Tuple.RemotePort, Life);
}
