using System.Threading.Channels;
using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Capture;

/// <summary>A network namespace with the sockets that a test puts there; dear to read where the test says so.</summary>
internal sealed class ScriptedView(uint @namespace, ScriptedEngine engine) : INamespaceView
{
    private readonly Channel<string> _updates = Channel.CreateUnbounded<string>();

    public uint Namespace => @namespace;

    public uint? NetInode { get; set; }

    public DestroyedSockets? Destroyed => null;

    /// <summary>The sockets of both kinds; the one to be read next is made only then.</summary>
    public IEnumerable<SocketEntry> Sockets { get; set; } = [];

    /// <summary>The kinds that the kernel counts.</summary>
    public IReadOnlyList<Transport> Counted { get; set; } = [Transport.Tcp, Transport.Udp];

    /// <summary>False: some may be missing.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Thrown instead of reading.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What it takes to read it once, both kinds together.</summary>
    public TimeSpan Cost { get; set; }

    /// <summary>What was asked for, in order.</summary>
    public List<(Transport Transport, TcpStates States)> Reads { get; } = [];

    /// <summary>The name in what each later census told.</summary>
    public ChannelReader<string> Updates => _updates.Reader;

    public bool IsDisposed { get; private set; }

    public bool MayHave(Transport transport) => Counted.Contains(transport);

    public bool Read(Transport transport, TcpStates states, SocketEntryReader reader)
    {
        Assert.False(IsDisposed);
        Reads.Add((transport, states));
        engine.Spend(Cost / 2);
        if (Failure is not null)
        {
            throw Failure;
        }

        foreach (SocketEntry socket in Sockets)
        {
            if (socket.Transport == transport)
            {
                reader(socket);
            }
        }

        return IsComplete;
    }

    public void Update(FoundNamespace found) => _updates.Writer.TryWrite(found.Name ?? "");

    public void Dispose() => IsDisposed = true;
}
