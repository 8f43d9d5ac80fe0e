using System.Net;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tracking;

/// <summary>Which sockets are shown; what is null is not asked.</summary>
internal sealed record SocketFilter
{
    private const TcpStates Unconnected = (TcpStates)(1u << (int)TcpState.Close);
    private const TcpStates Established = (TcpStates)(1u << (int)TcpState.Established);

    /// <summary>Only TCP sockets that listen, and UDP sockets that are bound but not connected.</summary>
    public bool Listening { get; init; }

    /// <summary>The owner's name or the base name of its executable.</summary>
    public string? Process { get; init; }

    /// <summary>The owner's process id.</summary>
    public int? Pid { get; init; }

    /// <summary>A port at either end.</summary>
    public ushort? Port { get; init; }

    /// <summary>The network that the other end is in.</summary>
    public IPNetwork? Remote { get; init; }

    /// <summary>The state; UDP has Established and, for a socket that is not connected, Close.</summary>
    public TcpState? State { get; init; }

    /// <summary>How the container's id begins; the pod's uid where no single container is known.</summary>
    public string? Container { get; init; }

    /// <summary>
    /// The states that the kernel is to be asked for; none where no socket of that protocol can match. Listeners are always
    /// among them: they tell the direction and the owner of a connection.
    /// </summary>
    public TcpStates States(Transport transport)
    {
        (TcpStates listening, TcpStates usual, TcpStates possible) = transport is Transport.Udp
            ? (Unconnected, Unconnected | Established, Unconnected | Established)
            : (TcpStates.Listening, TcpStates.Watched, TcpStates.All);
        TcpStates wanted = State is { } state ? (TcpStates)(1u << (int)state) & possible : usual;
        wanted &= Listening ? listening : wanted;
        return wanted is TcpStates.None ? TcpStates.None : wanted | listening;
    }

    /// <summary>True where the socket is to be shown.</summary>
    public bool Matches(Connection socket) =>
        (!Listening || socket.IsListener) &&
        (Process is null || socket.Owner is { } owner && (owner.Name == Process || owner.Binary == Process)) &&
        (Pid is null || socket.Owner?.Pid == Pid) &&
        (Port is null || socket.Tuple.LocalPort == Port || socket.Tuple.RemotePort == Port) &&
        (Remote is not { } network || !socket.IsListener && network.Contains(socket.Tuple.Remote.ToIPAddress())) &&
        (State is null || socket.State == State) &&
        (Container is null || IsOf(socket.Container, Container));

    /// <summary>Reads a network, or an address as one of its own; null where it is neither.</summary>
    public static IPNetwork? ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
    }

    private static bool IsOf(ContainerFacts? container, string beginning) =>
        (container?.Id ?? container?.PodUid)?.StartsWith(beginning, StringComparison.Ordinal) ?? false;
}
