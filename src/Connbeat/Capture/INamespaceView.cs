using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>The sockets of one network namespace, as an engine sees them. One thread at a time.</summary>
internal interface INamespaceView : IDisposable
{
    /// <summary>The namespace's inode number.</summary>
    uint Namespace { get; }

    /// <summary>Inode number of its /proc/net/tcp; null where it was not entered.</summary>
    uint? NetInode { get; }

    /// <summary>The messages of the namespace's sockets that are destroyed; null where the engine hears of none.</summary>
    DestroyedSockets? Destroyed { get; }

    /// <summary>False where the kernel counts no socket of that kind, so that there is nothing to read.</summary>
    bool MayHave(Transport transport);

    /// <summary>Reads all sockets of a kind that are in one of <paramref name="states"/>.</summary>
    /// <returns>False where some may be missing.</returns>
    /// <exception cref="KernelException">The kernel refused.</exception>
    /// <exception cref="WireFormatException">The kernel's answer is not understood.</exception>
    bool Read(Transport transport, TcpStates states, SocketEntryReader reader);

    /// <summary>Takes over what a later census says of the namespace.</summary>
    void Update(FoundNamespace found);
}
