using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>One socket at one time.</summary>
/// <param name="Namespace">Inode number of its network namespace.</param>
/// <param name="At">When, in boot-clock nanoseconds.</param>
/// <param name="Entry">The socket.</param>
internal readonly record struct SocketObservation(uint Namespace, long At, SocketEntry Entry)
{
    /// <summary>What happened to it, in a batch of changes.</summary>
    public SocketChange Change { get; init; }

    /// <summary>
    /// When it was established, or began to connect or listen, in boot-clock nanoseconds; 0 where the engine does not tell.
    /// </summary>
    public long Since { get; init; }

    /// <summary>Of a failed connect, its errno; 0 where that is not known.</summary>
    public int Error { get; init; }

    /// <summary>How <see cref="Owner"/> was found.</summary>
    public OwnerMethod Method { get; init; }

    /// <summary>Whose it is, where the engine tells.</summary>
    public SocketOwner Owner { get; init; }
}

/// <summary>What happened to a socket.</summary>
internal enum SocketChange : byte
{
    /// <summary>It was destroyed: nothing will be heard of it any more.</summary>
    Destroyed,

    /// <summary>It is connected, or listens.</summary>
    Opened,

    /// <summary>A connection that nobody had used yet has an owner now.</summary>
    Owned,

    /// <summary>The connection, or the listener, is gone; the socket may be used again.</summary>
    Closed,

    /// <summary>It did not succeed in connecting; the socket may be used again.</summary>
    Failed,

    /// <summary>It turned out to be one of those that are not told.</summary>
    Withdrawn,
}
