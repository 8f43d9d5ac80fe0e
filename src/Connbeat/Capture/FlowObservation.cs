using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>The datagrams between a UDP socket and another end, at one time.</summary>
/// <param name="Change">What happened.</param>
/// <param name="At">When, in boot-clock nanoseconds.</param>
/// <param name="Flow">All that is known of it.</param>
internal readonly record struct FlowObservation(FlowChange Change, long At, FlowRecord Flow)
{
    /// <summary>In a batch of changes: how many sockets of it come before this.</summary>
    public int Sockets { get; init; }

    /// <summary>In a batch of changes: how many processes of it come before this.</summary>
    public int Processes { get; init; }

    /// <summary>The flow as if its socket were connected to the other end.</summary>
    public SocketObservation AsSocket => new(Flow.Namespace, At, new SocketEntry
    {
        Transport = Transport.Udp,
        State = TcpState.Established,
        Tuple = Flow.Tuple,
        Cookie = Flow.Cookie,
        Inode = Flow.Inode,
        Uid = Flow.Owner.Uid,
        CgroupId = Flow.CgroupId,
        Initiated = Flow.IsConnected ? null : Flow.BeganHere, // by connecting a server answers too
    })
    {
        Change = SocketChange.Opened,
        Since = Flow.First,
        Method = Flow.Owner.IsKnown ? OwnerMethod.Used : OwnerMethod.None,
        Owner = Flow.Owner,
    };
}

/// <summary>What happened to a flow of UDP.</summary>
internal enum FlowChange : byte
{
    /// <summary>Its first datagram came by.</summary>
    Began,

    /// <summary>Somebody sent in it for the first time.</summary>
    Owned,

    /// <summary>Nothing but what is counted.</summary>
    Counted,

    /// <summary>Its socket is gone.</summary>
    Released,

    /// <summary>There was no datagram for so long that it is taken to be over.</summary>
    Idle,

    /// <summary>There was no room for it any more.</summary>
    Evicted,
}
