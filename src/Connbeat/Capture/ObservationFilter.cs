using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>Takes out what is not to be told as soon as it is read: what was configured so, and the agent's own sockets.</summary>
/// <param name="filter">What was configured.</param>
/// <param name="own">The agent's own sockets; null where they are told like others.</param>
internal sealed class ObservationFilter(CaptureFilter filter, OwnSockets? own)
{
    private readonly bool _isOn = filter.IsOn;

    /// <summary>Looks which sockets the agent has; before each snapshot.</summary>
    public void Refresh() => own?.Refresh();

    /// <summary>True where a socket, or the end of one, is not to be told. Any thread.</summary>
    public bool Drops(in SocketEntry entry) =>
        (_isOn && filter.Drops(entry)) || (own is not null && own.Recognises(entry));
}
