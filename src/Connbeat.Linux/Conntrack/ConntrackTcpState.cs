namespace Connbeat.Linux.Conntrack;

/// <summary>How far conntrack has seen a TCP connection go: enum tcp_conntrack of linux/netfilter/nf_conntrack_tcp.h.</summary>
internal enum ConntrackTcpState : byte
{
    /// <summary>Not seen to do anything.</summary>
    None = 0,

    /// <summary>A SYN went one way.</summary>
    SynSent = 1,

    /// <summary>It was answered.</summary>
    SynReceived = 2,

    /// <summary>Open.</summary>
    Established = 3,

    /// <summary>One end has said FIN.</summary>
    FinWait = 4,

    /// <summary>That FIN is acknowledged.</summary>
    CloseWait = 5,

    /// <summary>Both have said FIN.</summary>
    LastAck = 6,

    /// <summary>Both FINs are acknowledged.</summary>
    TimeWait = 7,

    /// <summary>Reset, or given up.</summary>
    Close = 8,

    /// <summary>SYNs went both ways.</summary>
    SynSent2 = 9,
}
