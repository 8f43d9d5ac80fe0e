using Connbeat.Exporters.Exposition;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Exporters.Vici;

/// <summary>What connbeat tells of strongSwan beyond what ipsec_exporter told, under names of its own.</summary>
internal static class StrongSwanFamilies
{
    /// <summary>Writes them.</summary>
    public static void Write(MetricsPage page, ViciSnapshot snapshot)
    {
        page.Family("strongswan_up", MetricType.Gauge, "1 where the daemon told what there is, else 0.");
        page.Sample().Value(snapshot.IsUp ? 1 : 0);
        if (!snapshot.IsUp)
        {
            return;
        }

        page.Family("strongswan_daemon_info", MetricType.Info, "The daemon and its version.");
        page.Sample().Label("daemon", snapshot.Version.Text("daemon"u8)).Label("version", snapshot.Version.Text("version"u8)).Value(1);
        WriteTunnels(page, snapshot);
        WriteStates(page, snapshot.Ikes);
        WriteTotals(page, snapshot);
        if (snapshot.Stats is { } stats)
        {
            WriteStats(page, stats);
        }

        WritePools(page, snapshot.Pools);
        WriteCounters(page, snapshot.Counters);
        WriteCertificates(page, snapshot.Certificates);
    }

    private static void WriteTunnels(MetricsPage page, ViciSnapshot snapshot)
    {
        HashSet<string> upIkes = [.. snapshot.Ikes.Where(ike => SaStates.IsIkeUp(ike.State)).Select(ike => ike.Name)];
        HashSet<(string, string)> upChildren =
        [
            .. snapshot.Ikes.SelectMany(ike => ike.Children.Where(child => SaStates.IsChildUp(child.State)).Select(child => (ike.Name, child.Name))),
        ];
        Begin(page, snapshot.Configs.Count, "strongswan_connection_up", MetricType.Gauge, "1 where a configured connection has an IKE_SA that is established, else 0.");
        foreach (IkeConfig config in snapshot.Configs)
        {
            page.Sample().Label("ike_name", config.Name).Value(upIkes.Contains(config.Name) ? 1 : 0);
        }

        Begin(
            page, snapshot.Configs.Count(config => config.Children.Count > 0), "strongswan_child_up", MetricType.Gauge,
            "1 where a configured tunnel has a CHILD_SA that packets go through, else 0.");
        foreach (IkeConfig config in snapshot.Configs)
        {
            foreach (ChildConfig child in config.Children)
            {
                page.Sample().Label("child_name", child.Name).Label("ike_name", config.Name)
                    .Value(upChildren.Contains((config.Name, child.Name)) ? 1 : 0);
            }
        }
    }

    private static void WriteStates(MetricsPage page, IReadOnlyList<IkeSa> ikes)
    {
        Begin(page, ikes.Count, "strongswan_ike_sa_state_code", MetricType.Gauge,
            "State of the IKE_SA: 0 created, 1 connecting, 2 established, 3 passive, 4 rekeying, 5 rekeyed, 6 deleting, 7 destroying, -1 another.");
        foreach (IkeSa ike in ikes)
        {
            page.Sample().Label("ike_id", ike.UniqueId).Label("ike_name", ike.Name).Value(SaStates.OfIke(ike.State));
        }

        Begin(page, ikes.Count(ike => ike.Children.Count > 0), "strongswan_child_sa_state_code", MetricType.Gauge,
            "State of the CHILD_SA: 0 created, 1 routed, 2 installing, 3 installed, 4 updating, 5 rekeying, 6 rekeyed, 7 retrying, 8 deleting, " +
            "9 deleted, 10 destroying, -1 another.");
        foreach (IkeSa ike in ikes)
        {
            foreach (ChildSa child in ike.Children)
            {
                page.Sample().Label("child_id", child.UniqueId).Label("child_name", child.Name).Label("ike_id", ike.UniqueId)
                    .Label("ike_name", ike.Name).Label("reqid", child.ReqId).Value(SaStates.OfChild(child.State));
            }
        }
    }

    private static void WriteTotals(MetricsPage page, ViciSnapshot snapshot)
    {
        Both("strongswan_child_bytes_total", "Bytes through the tunnel, over all its rekeyings.",
            traffic => traffic.BytesIn, traffic => traffic.BytesOut);
        Both("strongswan_child_packets_total", "Packets through the tunnel, over all its rekeyings.",
            traffic => traffic.PacketsIn, traffic => traffic.PacketsOut);
        Begin(page, snapshot.Totals.Count, "strongswan_child_rekeys_total", MetricType.Counter, "How often the tunnel was rekeyed.");
        foreach (TunnelTotal total in snapshot.Totals)
        {
            Labelled(page.Sample(), total.Key).Value(total.Rekeys);
        }

        Begin(page, snapshot.IkeRekeys.Count, "strongswan_ike_rekeys_total", MetricType.Counter, "How often the IKE_SAs of the connection were rekeyed.");
        foreach ((string name, long count) in snapshot.IkeRekeys)
        {
            page.Sample().Label("ike_name", name).Value(count);
        }

        void Both(string name, string help, Func<SaTraffic, long> inbound, Func<SaTraffic, long> outbound)
        {
            Begin(page, snapshot.Totals.Count, name, MetricType.Counter, help);
            foreach (TunnelTotal total in snapshot.Totals)
            {
                Labelled(page.Sample().Label("direction", "in"u8), total.Key).Value(inbound(total.Traffic));
                Labelled(page.Sample().Label("direction", "out"u8), total.Key).Value(outbound(total.Traffic));
            }
        }

        static MetricsPage Labelled(MetricsPage sample, in TunnelKey key) => sample
            .Label("child_name", key.ChildName).Label("ike_name", key.IkeName).Label("remote_ts", key.RemoteTs);
    }

    private static void WriteStats(MetricsPage page, DaemonStats stats)
    {
        if (stats.Since is { } since)
        {
            One("strongswan_start_time_seconds", "When the daemon began, since 1970.", since.ToUnixTimeSeconds());
        }

        One("strongswan_workers", "Threads of the daemon.", stats.Workers.Total);
        One("strongswan_workers_idle", "Threads that have nothing to do.", stats.Workers.Idle);
        Each("strongswan_workers_active", "Threads at work, by the priority of what they do.", stats.Active);
        Each("strongswan_jobs_queued", "Jobs that wait for a thread, by priority.", stats.Queued);
        One("strongswan_jobs_scheduled", "Jobs that wait for their time.", stats.Scheduled);
        One("strongswan_ike_sas", "IKE_SAs, in any state.", stats.IkeSas.Total);
        One("strongswan_ike_sas_half_open", "IKE_SAs whose peer has not yet proved itself.", stats.IkeSas.HalfOpen);

        void One(string name, string help, long value)
        {
            page.Family(name, MetricType.Gauge, help);
            page.Sample().Value(value);
        }

        void Each(string name, string help, IReadOnlyList<(string Priority, long Count)> counts)
        {
            page.Family(name, MetricType.Gauge, help);
            foreach ((string priority, long count) in counts)
            {
                page.Sample().Label("priority", priority).Value(count);
            }
        }
    }

    private static void WritePools(MetricsPage page, IReadOnlyList<AddressPool> pools)
    {
        Each("strongswan_pool_addresses", "Addresses of the pool.", pool => pool.Size);
        Each("strongswan_pool_addresses_online", "Addresses that a peer has.", pool => pool.Online);
        Each("strongswan_pool_addresses_offline", "Addresses that are kept for a peer that is not there.", pool => pool.Offline);

        void Each(string name, string help, Func<AddressPool, long> value)
        {
            Begin(page, pools.Count, name, MetricType.Gauge, help);
            foreach (AddressPool pool in pools)
            {
                page.Sample().Label("base", pool.Base).Label("pool", pool.Name).Value(value(pool));
            }
        }
    }

    private static void WriteCounters(MetricsPage page, IReadOnlyList<(string Name, long Count)> counters)
    {
        Begin(page, counters.Count, "strongswan_ike_events_total", MetricType.Counter, "What the daemon counts of IKE: messages, rekeyings, what was invalid.");
        foreach ((string name, long count) in counters)
        {
            page.Sample().Label("event", name).Value(count);
        }
    }

    private static void WriteCertificates(MetricsPage page, IReadOnlyList<CertificateDates> certificates)
    {
        Each("strongswan_cert_not_before_timestamp_seconds", "From when the certificate is good, since 1970.", dates => dates.NotBefore);
        Each("strongswan_cert_not_after_timestamp_seconds", "Until when the certificate is good, since 1970.", dates => dates.NotAfter);

        void Each(string name, string help, Func<CertificateDates, DateTimeOffset> value)
        {
            Begin(page, certificates.Count, name, MetricType.Gauge, help);
            foreach (CertificateDates dates in certificates)
            {
                page.Sample().Label("serial", dates.Serial).Label("subject", dates.Subject).Value(value(dates).ToUnixTimeSeconds());
            }
        }
    }

    /// <summary>A family that has no samples is not there.</summary>
    private static void Begin(MetricsPage page, int count, string name, MetricType type, string help)
    {
        if (count > 0)
        {
            page.Family(name, type, help);
        }
    }
}
