using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tracking;

/// <summary>
/// One life of one socket: a connection, a connect that has not succeeded yet, or a listener. Lives on the agent's loop;
/// there may be 200,000, so it holds values, not objects. Times are boot-clock nanoseconds.
/// </summary>
internal sealed class Connection
{
    /// <summary>The report that never comes.</summary>
    public const long Never = long.MaxValue;

    // Nullables would cost as much again for their flags.
    private const long Unknown = -1;
    private long _bytesSent = Unknown;
    private long _bytesReceived = Unknown;
    private uint _rttMicroseconds;
    private int _retransmits = (int)Unknown;

    /// <summary>The socket.</summary>
    public required SocketKey Key { get; init; }

    /// <summary>TCP or UDP.</summary>
    public required Transport Transport { get; init; }

    /// <summary>Both ends; a listener has a local one only.</summary>
    public required InetTuple Tuple { get; init; }

    /// <summary>True for a listening socket.</summary>
    public required bool IsListener { get; init; }

    /// <summary>True for a listener on <c>::</c> that takes no IPv4.</summary>
    public bool OnlyIPv6 { get; init; }

    /// <summary>How many lives this socket had before; a changed peer begins a new one.</summary>
    public uint Life { get; init; }

    /// <summary>How far it has come.</summary>
    public ConnectionPhase Phase { get; set; }

    /// <summary>When it was first observed.</summary>
    public required long FirstSeen { get; set; }

    /// <summary>False where it was there before anybody looked, so that nobody knows its start.</summary>
    public required bool StartWasSeen { get; set; }

    /// <summary>True where a run before this one told its opening, until it is seen again.</summary>
    public bool IsRestored { get; set; }

    /// <summary>Why its opening is not the plain case.</summary>
    public string? OpenReason { get; set; }

    /// <summary>The state when last observed.</summary>
    public TcpState State { get; private set; }

    /// <summary>The snapshot that it was last seen in.</summary>
    public int Epoch { get; set; }

    /// <summary>True where the latest snapshot of its namespace did not show it.</summary>
    public bool WasMissing { get; set; }

    /// <summary>The inode behind a file descriptor; 0 as long as no process holds the socket.</summary>
    public uint Inode { get; private set; }

    /// <summary>The user that made the socket, where <see cref="Inode"/> is not 0.</summary>
    public uint Uid { get; private set; }

    /// <summary>Who began it; told at its opening, and the same ever after.</summary>
    public Direction Direction { get; set; }

    /// <summary>How the owner was found.</summary>
    public Attribution Attribution { get; set; }

    /// <summary>The process that holds the socket.</summary>
    public ProcessFacts? Owner { get; set; }

    /// <summary>The control group v2 that the socket was made in, by its inode number; 0 where the kernel does not tell.</summary>
    public ulong CgroupId { get; private set; }

    /// <summary>What that control group, or else the network namespace, says, where no process tells.</summary>
    public CgroupFacts? Cgroup { get; set; }

    /// <summary>The container that it is of: its owner's, else the one that its control group names.</summary>
    public ContainerFacts? Container => Owner is { } owner ? owner.Container : Cgroup?.Container;

    /// <summary>True where every process was looked at and none holds the socket.</summary>
    public bool IsNobodys { get; set; }

    /// <summary>The errno of a connect that failed; 0 where that is not known.</summary>
    public ushort Error { get; set; }

    /// <summary>Payload bytes sent; of TCP, those that the other end acknowledged.</summary>
    public long? BytesSent => _bytesSent == Unknown ? null : _bytesSent;

    /// <summary>Payload bytes received.</summary>
    public long? BytesReceived => _bytesReceived == Unknown ? null : _bytesReceived;

    /// <summary>Smoothed round trip time in microseconds.</summary>
    public uint? RttMicroseconds => _rttMicroseconds == 0 ? null : _rttMicroseconds;

    /// <summary>Segments sent again.</summary>
    public uint? Retransmits => _retransmits == Unknown ? null : (uint)_retransmits;

    /// <summary>Of a UDP socket, its datagrams, where they are counted.</summary>
    public FlowTraffic? Traffic { get; private set; }

    /// <summary>Of a flow, the socket that it goes through, where that is known.</summary>
    public Connection? Socket { get; set; }

    /// <summary>What the figures say of who sent the SYN; null as long as they do not tell.</summary>
    public bool? Initiated { get; private set; }

    /// <summary>When it is to be reported again; <see cref="Never"/> while a report is waiting.</summary>
    public long NextReport { get; set; } = Never;

    /// <summary>How long after its next report the one after that is due.</summary>
    public long ReportInterval { get; set; }

    /// <summary>Takes over who held the socket when a run before this one looked.</summary>
    public void RestoreHolder(uint inode, uint uid) => (Inode, Uid) = (inode, uid);

    /// <summary>Takes over in which control group the socket was when a run before this one looked.</summary>
    public void RestoreCgroup(ulong id) => CgroupId = id;

    /// <summary>Takes over how many datagrams went by.</summary>
    public void Count(in FlowRecord record)
    {
        Traffic ??= new FlowTraffic();
        Traffic.Count(record);
        (_bytesSent, _bytesReceived) = (Traffic.SentBytes, Traffic.ReceivedBytes);
    }

    /// <summary>Takes over what an observation tells; what it does not tell stays as it was.</summary>
    public void Observe(in SocketEntry entry, bool destroyed)
    {
        bool finished = destroyed || entry.State is not (TcpState.Established or TcpState.CloseWait);
        bool finReceived = entry.FinReceived ?? (destroyed ? State : entry.State) is
            TcpState.CloseWait or TcpState.LastAck or TcpState.Closing;
        Initiated ??= IsListener ? null : entry.Initiated;
        if (entry.Inode != 0)
        {
            Inode = entry.Inode;
            Uid = entry.Uid;
        }

        if (entry.CgroupId != 0)
        {
            CgroupId = entry.CgroupId; // the message of an end does not tell it
        }

        if (entry.Tcp.IsKnown && !IsListener)
        {
            Initiated ??= entry.State is TcpState.SynSent ? true : entry.Tcp.Initiated(finished);
            bool initiated = Initiated ?? Direction is Direction.Outbound;
            _bytesSent = (long)entry.Tcp.PayloadSent(initiated);
            _bytesReceived = (long)entry.Tcp.PayloadReceived(finReceived);
            _rttMicroseconds = entry.Tcp.RttMicroseconds > 0 ? entry.Tcp.RttMicroseconds : _rttMicroseconds;
            _retransmits = (int)Math.Min(entry.Tcp.Retransmits, int.MaxValue);
        }

        State = destroyed ? State : entry.State;
    }
}

/// <summary>How far a <see cref="Connection"/> has come.</summary>
internal enum ConnectionPhase : byte
{
    /// <summary>A SYN was sent and not answered yet.</summary>
    Connecting,

    /// <summary>It is there, but its opening is not told yet: its owner may still be found.</summary>
    Opening,

    /// <summary>Its opening was told.</summary>
    Told,

    /// <summary>It is gone.</summary>
    Ended,
}
