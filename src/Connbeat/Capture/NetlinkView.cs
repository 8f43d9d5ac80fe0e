using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>One network namespace through sock_diag sockets that were opened in it, and keep it alive.</summary>
internal sealed class NetlinkView : INamespaceView
{
    private readonly SockDiagSocket _dumps;
    private readonly NamespaceStatistics? _statistics;

    /// <summary>Opens the calling thread's namespace, and subscribes before any snapshot.</summary>
    /// <param name="namespace">Its inode number.</param>
    /// <param name="bufferBytes">The size of the buffer for messages of destroyed sockets.</param>
    /// <param name="transports">The sockets to hear of; null: of none.</param>
    /// <param name="statistics">Tells how many sockets there are; null reads them every time.</param>
    public NetlinkView(
        uint @namespace, int bufferBytes, IReadOnlyList<Transport>? transports, NamespaceStatistics? statistics)
    {
        Namespace = @namespace;
        Destroyed = transports is null ? null : new DestroyedSockets(bufferBytes, [.. transports]);
        try
        {
            _dumps = new SockDiagSocket();
        }
        catch
        {
            Destroyed?.Dispose();
            throw;
        }

        _statistics = statistics;
    }

    /// <inheritdoc/>
    public uint Namespace { get; }

    /// <inheritdoc/>
    public uint? NetInode { get; private init; }

    /// <inheritdoc/>
    public DestroyedSockets? Destroyed { get; }

    /// <summary>Opens the calling thread's namespace, which is not the agent's own.</summary>
    public static NetlinkView OpenHere(int bufferBytes, IReadOnlyList<Transport>? transports)
    {
        NamespaceStatistics statistics = new();
        try
        {
            return new NetlinkView(NetworkNamespace.Current(), bufferBytes, transports, statistics)
            {
                NetInode = NetworkNamespace.NetInode(),
            };
        }
        catch
        {
            statistics.Dispose();
            throw;
        }
    }

    /// <summary>Asks for next to nothing, to learn whether the kernel answers at all.</summary>
    /// <exception cref="KernelException">It refuses, or knows no such request.</exception>
    public void Probe(IReadOnlyList<Transport> transports)
    {
        foreach (Transport transport in transports)
        {
            _dumps.Dump(transport, TcpStates.None, static (in SocketEntry _) => { });
        }
    }

    /// <inheritdoc/>
    public bool MayHave(Transport transport) => _statistics?.MayHave(transport) ?? true;

    /// <inheritdoc/>
    public bool Read(Transport transport, TcpStates states, SocketEntryReader reader) =>
        _dumps.Dump(transport, states, reader);

    /// <inheritdoc/>
    public void Update(FoundNamespace found)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _dumps.Dispose();
        Destroyed?.Dispose();
        _statistics?.Dispose();
    }
}
