using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>A network namespace that is not looked into. Its sockets are told by others; it only has a name and processes.</summary>
/// <param name="id">Its inode number.</param>
internal sealed class UnenteredView(uint id) : INamespaceView
{
    /// <inheritdoc/>
    public uint Namespace { get; } = id;

    /// <inheritdoc/>
    public uint? NetInode => null;

    /// <inheritdoc/>
    public DestroyedSockets? Destroyed => null;

    /// <inheritdoc/>
    public bool MayHave(Transport transport) => false;

    /// <inheritdoc/>
    public bool Read(Transport transport, TcpStates states, SocketEntryReader reader) => true;

    /// <inheritdoc/>
    public void Update(FoundNamespace found)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
