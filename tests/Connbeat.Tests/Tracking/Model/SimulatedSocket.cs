using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Tracking.Model;

/// <summary>A socket of the model's kernel, with all its lives.</summary>
internal sealed class SimulatedSocket(ulong cookie)
{
    public ulong Cookie => cookie;

    /// <summary>Close where a process holds it but it is in no dump: reset, or refused.</summary>
    public TcpState State { get; set; }

    public uint Inode { get; set; }

    /// <summary>True as long as the kernel still knows both ends when it destroys the socket.</summary>
    public bool HasEnds { get; set; } = true;

    /// <summary>What the kernel's last word on it was heard.</summary>
    public bool EndWasHeard { get; set; }

    /// <summary>True where a run that knew of an earlier life has gone: the next cannot count on from there.</summary>
    public bool OutlivedARun { get; set; }

    public bool IsGone { get; set; }

    public List<SimulatedLife> Lives { get; } = [];

    public SimulatedLife Now => Lives[^1];

    public SocketEntry Row => Now.IsListener
        ? Entries.Listener(cookie, Now.Tuple.LocalPort, inode: Inode)
        : Entries.Socket(cookie, State, Now.Tuple, Inode, figures: FiguresNow);

    public SocketEntry LastWord => HasEnds && !Now.IsListener
        ? Entries.Destroyed(cookie, Now.Tuple, FiguresNow)
        : Entries.DestroyedWithoutEnds(cookie);

    private TcpFigures FiguresNow => !Now.WasEstablished ? Figures.Connecting
        : Now.WasAccepted ? Figures.Acceptor : Figures.Initiator;

    public void Begin(InetTuple tuple, TcpState state, bool accepted = false)
    {
        Lives.Add(new SimulatedLife(tuple)
        {
            IsListener = state is TcpState.Listen,
            WasEstablished = state is TcpState.Established,
            WasAccepted = accepted,
        });
        State = state;
        HasEnds = true;
    }
}

/// <summary>One life of a socket, and whether anybody could know of it.</summary>
internal sealed class SimulatedLife(InetTuple tuple)
{
    public InetTuple Tuple => tuple;

    public bool IsListener { get; init; }

    public bool WasAccepted { get; init; }

    public bool WasEstablished { get; set; }

    /// <summary>True once a row or a last word that the agent had to believe told of it.</summary>
    public bool WasShown { get; set; }
}
