namespace Connbeat.Linux.SockDiag;

/// <summary>A set of TCP states, as a dump request names them: bit n stands for state n.</summary>
[Flags]
internal enum TcpStates : uint
{
    /// <summary>No state.</summary>
    None = 0,

    /// <summary>Sockets that listen.</summary>
    Listening = 1 << TcpState.Listen,

    /// <summary>Sockets that wait for the answer to their SYN.</summary>
    Connecting = 1 << TcpState.SynSent,

    /// <summary>Sockets whose handshake is done and that are not gone: from established to the last acknowledgement.</summary>
    Connected = 1 << TcpState.Established | 1 << TcpState.FinWait1 | 1 << TcpState.FinWait2 |
        1 << TcpState.CloseWait | 1 << TcpState.LastAck | 1 << TcpState.Closing,

    /// <summary>What is left of connections for a minute after they ended.</summary>
    TimeWait = 1 << TcpState.TimeWait,

    /// <summary>Handshakes that the other end has not finished.</summary>
    HalfOpen = 1 << TcpState.SynReceived | 1 << TcpState.NewSynReceived,

    /// <summary>UDP sockets that are not connected, which are in the state of closed TCP sockets.</summary>
    Unconnected = 1 << TcpState.Close,

    /// <summary>All UDP sockets.</summary>
    Datagram = Unconnected | 1 << TcpState.Established,

    /// <summary>What connbeat watches of TCP.</summary>
    Watched = Listening | Connecting | Connected,

    /// <summary>Everything that a dump can tell.</summary>
    All = Watched | TimeWait | HalfOpen,
}
