using Connbeat.Exporters.Vici;
using Connbeat.StrongSwan.Conf;
using Connbeat.StrongSwan.Status;

namespace Connbeat.Exporters.IpsecStatus;

/// <summary>The tunnels of ipsec.conf, and how they are.</summary>
/// <param name="Conf">What is configured.</param>
/// <param name="States">How the tunnels are that are seen, by name; null where nobody told.</param>
/// <param name="Vici">All that VICI told; null where it was not asked, or the command had to be.</param>
internal sealed record IpsecSnapshot(IpsecConf Conf, Dictionary<string, TunnelState>? States, ViciSnapshot? Vici)
{
    /// <summary>How a tunnel is, and whether that could be found out.</summary>
    public (TunnelState State, bool IsKnown) Of(ConfTunnel tunnel) => tunnel.IsIgnored
        ? (new TunnelState(TunnelStatus.Ignored, 0, default), true)
        : States is null ? (new TunnelState(TunnelStatus.Unknown, 0, default), false)
        : (States.TryGetValue(tunnel.Name, out TunnelState seen) ? seen : new TunnelState(TunnelStatus.Down, 0, default), true);
}
