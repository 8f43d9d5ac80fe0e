using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.Vici;
using Connbeat.StrongSwan.Conf;
using Connbeat.StrongSwan.Status;

namespace Connbeat.Exporters.IpsecStatus;

/// <summary>
/// The metrics of ipsec-exporter, the one that reads ipsec.conf: six of each connection that is configured there. Beside
/// them how many CHILD_SAs there are, and what is wrong with the file.
/// </summary>
internal static class IpsecFamilies
{
    /// <summary>Writes them.</summary>
    public static void Write(MetricsPage page, IpsecSnapshot snapshot)
    {
        page.Family("ipsec_config_faults", MetricType.Gauge, "What of ipsec.conf and its includes could not be read or makes no sense.");
        page.Sample().Value(snapshot.Conf.Faults.Count);
        (ConfTunnel Tunnel, TunnelState State, bool IsKnown)[] tunnels =
        [
            .. snapshot.Conf.Tunnels.Select(tunnel =>
            {
                (TunnelState state, bool isKnown) = snapshot.Of(tunnel);
                return (tunnel, state, isKnown);
            }),
        ];
        if (tunnels.Length == 0)
        {
            return;
        }

        Each("ipsec_up", MetricType.Gauge, "1 where it could be found out how the tunnel is, else 0.", (_, isKnown) => isKnown ? 1 : 0);
        Each("ipsec_status", MetricType.Gauge,
            "How the tunnel is: 0 up, 1 the peers know each other but no packets go through, 2 down, 3 not known, 4 ignored.",
            (state, _) => (long)state.Status);
        Each("ipsec_in_bytes", MetricType.LegacyCounter, "Bytes that came in through the tunnel.", (state, _) => state.Traffic.BytesIn);
        Each("ipsec_out_bytes", MetricType.LegacyCounter, "Bytes that went out through the tunnel.", (state, _) => state.Traffic.BytesOut);
        Each("ipsec_in_packets", MetricType.LegacyCounter, "Packets that came in through the tunnel.", (state, _) => state.Traffic.PacketsIn);
        Each("ipsec_out_packets", MetricType.LegacyCounter, "Packets that went out through the tunnel.", (state, _) => state.Traffic.PacketsOut);
        Each("ipsec_child_sas", MetricType.Gauge, "CHILD_SAs of the tunnel that packets go through.", (state, _) => state.ChildSas);

        void Each(string name, MetricType type, string help, Func<TunnelState, bool, long> value)
        {
            page.Family(name, type, help);
            foreach ((ConfTunnel tunnel, TunnelState state, bool isKnown) in tunnels)
            {
                page.Sample().Label("tunnel", tunnel.Name).Value(value(state, isKnown));
            }
        }
    }

    /// <summary>Writes them, and what else VICI told where it was asked: for a page that has it from nobody else.</summary>
    public static void WriteAll(MetricsPage page, IpsecSnapshot snapshot)
    {
        Write(page, snapshot);
        if (snapshot.Vici is { } vici)
        {
            StrongSwanFamilies.Write(page, vici);
        }
    }
}
