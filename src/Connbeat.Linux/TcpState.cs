namespace Connbeat.Linux;

/// <summary>The state of a TCP socket; include/net/tcp_states.h.</summary>
internal enum TcpState : byte
{
    /// <summary>The source tells no state.</summary>
    Unknown = 0,

    /// <summary>TCP_ESTABLISHED.</summary>
    Established = 1,

    /// <summary>TCP_SYN_SENT.</summary>
    SynSent = 2,

    /// <summary>TCP_SYN_RECV.</summary>
    SynReceived = 3,

    /// <summary>TCP_FIN_WAIT1.</summary>
    FinWait1 = 4,

    /// <summary>TCP_FIN_WAIT2.</summary>
    FinWait2 = 5,

    /// <summary>TCP_TIME_WAIT.</summary>
    TimeWait = 6,

    /// <summary>TCP_CLOSE.</summary>
    Close = 7,

    /// <summary>TCP_CLOSE_WAIT.</summary>
    CloseWait = 8,

    /// <summary>TCP_LAST_ACK.</summary>
    LastAck = 9,

    /// <summary>TCP_LISTEN.</summary>
    Listen = 10,

    /// <summary>TCP_CLOSING.</summary>
    Closing = 11,

    /// <summary>TCP_NEW_SYN_RECV.</summary>
    NewSynReceived = 12,
}
