using System.Net;
using Connbeat.Linux;
using Connbeat.Tracking;

namespace Connbeat.Commands;

/// <summary>Which sockets a snapshot shows; what is null is not asked.</summary>
internal sealed record SocketFilter
{
    /// <summary>Only listening sockets.</summary>
    public bool Listening { get; init; }

    /// <summary>The owner's name or the base name of its executable.</summary>
    public string? Process { get; init; }

    /// <summary>The owner's process id.</summary>
    public int? Pid { get; init; }

    /// <summary>A port at either end.</summary>
    public ushort? Port { get; init; }

    /// <summary>The network that the other end is in.</summary>
    public IPNetwork? Remote { get; init; }

    /// <summary>The TCP state.</summary>
    public TcpState? State { get; init; }

    /// <summary>True where the socket is to be shown.</summary>
    public bool Matches(Connection socket) =>
        (!Listening || socket.IsListener) &&
        (Process is null || socket.Owner is { } owner && (owner.Name == Process || owner.Binary == Process)) &&
        (Pid is null || socket.Owner?.Pid == Pid) &&
        (Port is null || socket.Tuple.LocalPort == Port || socket.Tuple.RemotePort == Port) &&
        (Remote is not { } network || !socket.IsListener && network.Contains(socket.Tuple.Remote.ToIPAddress())) &&
        (State is null || socket.State == State);
}
