using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Exporters.Conntrack;

/// <summary>
/// Connections per remote host where conntrack tells nothing (<c>fallback: sockets</c>): those that have a socket in the network
/// namespace of whoever makes this. What passes through has none.
/// </summary>
internal sealed class SocketHosts(ConntrackOptions options, TimeProvider time) : IDisposable
{
    private readonly SockDiagSocket _sockets = new();

    /// <summary>Takes them in as if they were flows.</summary>
    /// <exception cref="KernelException">The kernel refuses to tell.</exception>
    public ConntrackTable Read()
    {
        List<SocketEntry> connections = [];
        HashSet<InetAddress> own = [];
        HashSet<ushort> served = [];
        _sockets.Dump(Transport.Tcp, TcpStates.All | TcpStates.Listening, (in SocketEntry socket) =>
        {
            if (socket.IsListening)
            {
                served.Add(socket.Tuple.LocalPort);
            }
            else
            {
                connections.Add(socket);
                own.Add(socket.Tuple.Local);
            }
        });

        ConntrackTable table = new(options, time);
        table.HostHas(own);
        foreach (SocketEntry socket in connections)
        {
            ConntrackEntry flow = FlowOf(socket, served.Contains(socket.Tuple.LocalPort));
            if (table.Admits(flow))
            {
                table.Note(flow);
            }
        }

        return table;
    }

    /// <inheritdoc/>
    public void Dispose() => _sockets.Dispose();

    /// <summary>What conntrack would have: the one that began comes first.</summary>
    private static ConntrackEntry FlowOf(in SocketEntry socket, bool isServed)
    {
        InetTuple tuple = socket.Tuple;
        ConntrackTuple outward = new(tuple.Local, tuple.LocalPort, tuple.Remote, tuple.RemotePort);
        ConntrackTuple inward = new(tuple.Remote, tuple.RemotePort, tuple.Local, tuple.LocalPort);
        return new()
        {
            Protocol = 6,
            Original = isServed ? inward : outward,
            Reply = isServed ? outward : inward,
            TcpState = StateOf(socket.State),
        };
    }

    private static ConntrackTcpState StateOf(TcpState state) => state switch
    {
        TcpState.SynSent => ConntrackTcpState.SynSent,
        TcpState.SynReceived or TcpState.NewSynReceived => ConntrackTcpState.SynReceived,
        TcpState.Established => ConntrackTcpState.Established,
        TcpState.CloseWait => ConntrackTcpState.CloseWait,
        TcpState.LastAck => ConntrackTcpState.LastAck,
        TcpState.TimeWait => ConntrackTcpState.TimeWait,
        TcpState.Close => ConntrackTcpState.Close,
        _ => ConntrackTcpState.FinWait,
    };
}
