using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

/// <summary>Builds sockets as sock_diag tells them.</summary>
internal static class Entries
{
    public const uint Namespace = 4_026_531_840;

    /// <summary>The namespace above is the agent's own, and no other is known.</summary>
    public static Surroundings Around => new(Namespace, new NamespaceDirectory());

    private static readonly InetAddress Here = InetAddress.Parse("192.0.2.17");

    /// <summary>From port 40000 of this host to port 443 of that one.</summary>
    public static InetTuple Tuple(string remote = "198.51.100.7", ushort remotePort = 443, ushort localPort = 40_000) =>
        new(Here, localPort, InetAddress.Parse(remote), remotePort);

    public static SocketEntry Socket(
        ulong cookie,
        TcpState state = TcpState.Established,
        InetTuple? tuple = null,
        uint inode = 0,
        uint uid = 0,
        TcpFigures? figures = null,
        ulong cgroup = 0) => new()
        {
            Transport = Transport.Tcp,
            State = state,
            Tuple = tuple ?? Tuple(),
            Cookie = cookie,
            Inode = inode,
            Uid = uid,
            CgroupId = cgroup,
            Tcp = figures ?? (state is TcpState.SynSent ? Figures.Connecting : Figures.Initiator),
        };

    public static SocketEntry Listener(
        ulong cookie, ushort port, string address = "0.0.0.0", uint inode = 0, bool onlyIPv6 = false) => new()
        {
            Transport = Transport.Tcp,
            State = TcpState.Listen,
            Tuple = ListenerTuple(port, address),
            Cookie = cookie,
            Inode = inode,
            OnlyIPv6 = onlyIPv6,
        };

    public static InetTuple ListenerTuple(ushort port, string address = "0.0.0.0") => new(
        InetAddress.Parse(address), port,
        InetAddress.Parse(address.Contains(':', StringComparison.Ordinal) ? "::" : "0.0.0.0"), 0);

    /// <summary>A UDP socket: connected, or where <paramref name="remote"/> is null only bound to the port.</summary>
    public static SocketEntry Udp(ulong cookie, string? remote = null, ushort localPort = 5_353, uint inode = 0) => new()
    {
        Transport = Transport.Udp,
        State = remote is null ? TcpState.Close : TcpState.Established,
        Tuple = remote is null ? ListenerTuple(localPort) : Tuple(remote, remotePort: 53, localPort),
        Cookie = cookie,
        Inode = inode,
    };

    /// <summary>The kernel's last word on a socket.</summary>
    public static SocketEntry Destroyed(ulong cookie, InetTuple? tuple = null, TcpFigures? figures = null) =>
        Socket(cookie, TcpState.Close, tuple, figures: figures);

    /// <summary>The last word on a socket that had lost its ends: a refused connect, or one that never connected.</summary>
    public static SocketEntry DestroyedWithoutEnds(ulong cookie) =>
        Socket(cookie, TcpState.Close, Tuple("0.0.0.0", 0), figures: Figures.Connecting);

    /// <summary>A connection as the table would have it, seen at the time 5.</summary>
    public static Connection Connection(in SocketEntry entry, long firstSeen = 5, uint life = 0)
    {
        Connection connection = new()
        {
            Key = SocketKey.Of(new SocketObservation(Namespace, firstSeen, entry)),
            Transport = entry.Transport,
            Tuple = entry.Tuple,
            IsListener = entry.IsListening,
            OnlyIPv6 = entry.OnlyIPv6,
            FirstSeen = firstSeen,
            StartWasSeen = true,
            Life = life,
        };
        connection.Observe(entry, destroyed: false);
        return connection;
    }
}
