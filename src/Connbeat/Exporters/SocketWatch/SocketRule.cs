using System.Text.RegularExpressions;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Exporters.SocketWatch;

/// <summary>Says whether a socket is the one that is watched, but for the process that holds it.</summary>
/// <param name="watched">What is watched.</param>
internal sealed class SocketRule(WatchedSocket watched)
{
    private readonly WatchedHost _source = new(watched.SourceHost);
    private readonly WatchedHost _destination = new(watched.DestinationHost);
    private readonly bool _isIPv6 = watched.Protocol.EndsWith('6');

    /// <summary>What is watched.</summary>
    public WatchedSocket Watched => watched;

    /// <summary>TCP or UDP.</summary>
    public Transport Transport { get; } =
        watched.Protocol.StartsWith("udp", StringComparison.Ordinal) ? Transport.Udp : Transport.Tcp;

    /// <summary>The states that the socket can be in.</summary>
    public TcpStates States => !watched.Listens ? (TcpStates)(1u << (int)StateOf(watched))
        : Transport is Transport.Udp ? TcpStates.Unconnected
        : TcpStates.Listening;

    /// <summary>What the process has to be called, all of it; null for any.</summary>
    public Regex? Process { get; } = watched.Process.Length == 0 ? null : Anchored(watched.Process);

    /// <summary>Its hosts that have names.</summary>
    public IEnumerable<WatchedHost> Names => new[] { _source, _destination }.Where(host => host.IsName);

    /// <summary>True for a socket that it may be.</summary>
    public bool Matches(in SocketEntry socket)
    {
        InetTuple tuple = socket.Tuple;
        return socket.Transport == Transport && socket.IsIPv6 == _isIPv6 && socket.IsListening == watched.Listens &&
            (watched.Listens || socket.State == StateOf(watched)) &&
            Has(watched.SourcePort, tuple.LocalPort) && Has(watched.DestinationPort, tuple.RemotePort) &&
            HasSource(tuple.Local) && (watched.Listens || _destination.Has(tuple.Remote));
    }

    /// <summary>What listens on every address is at none of them in particular.</summary>
    private bool HasSource(InetAddress local) => watched.Listens && _source.IsAny ? local.IsAny : _source.Has(local);

    private static TcpState StateOf(WatchedSocket watched) =>
        watched.State.Length > 0 && SocketStates.TryParse(watched.State, out TcpState state) ? state : TcpState.Established;

    private static bool Has(PortRange? ports, ushort port) => ports is not { } range || (port >= range.First && port <= range.Last);

    private static Regex Anchored(string pattern) =>
        LinearRegex.TryParse($"^(?:{pattern})$", out Regex? regex, out string? problem)
            ? regex
            : throw new ArgumentException(problem, nameof(pattern));
}
