using Connbeat.Exporters.Exposition;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Exporters.Vici;

/// <summary>
/// The metrics of ipsec_exporter, the one that asks VICI: gauges of each IKE_SA and CHILD_SA while it is there. A
/// connection that is configured and down has those of an IKE_SA, all zero, without a number.
/// </summary>
internal static class ViciFamilies
{
    private static readonly IkeSa Nothing = IkeSa.Read("", ViciSection.Empty);

    /// <summary>Writes them.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="snapshot">What there is.</param>
    /// <param name="legacyValues">True for two values as the original had them, which were wrong: see README.</param>
    public static void Write(MetricsPage page, ViciSnapshot snapshot, bool legacyValues)
    {
        IReadOnlyList<IkeSa> ikes = [.. snapshot.Ikes, .. snapshot.Inactive.Select(config => Nothing with { Name = config.Name })];
        page.Family("strongswan_number_of_known_ikes", MetricType.Gauge, "IKE_SAs, and connections that are configured and have none.");
        page.Sample().Value(ikes.Count);
        page.Family("strongswan_number_of_ikes_connected", MetricType.Gauge, "IKE_SAs that are established.");
        page.Sample().Value(ikes.Count(ike => ike.State == "ESTABLISHED"));
        if (ikes.Count == 0)
        {
            return;
        }

        Ike("version", "The version of IKE.", ike => ike.Version);
        Ike("state", "1 where the IKE_SA is established, else 0.", ike => ike.State == "ESTABLISHED" ? 1 : 0);
        Ike("initiator", "1 where this host began, else 0.", ike => ike.IsInitiator ? 1 : 0);
        Ike("nat_remote", "1 where the peer is behind a NAT, else 0.", ike => ike.NatRemote ? 1 : 0);
        Ike("nat_fake", "1 where a NAT is pretended, so that ESP goes in UDP, else 0.", ike => ike.NatFake ? 1 : 0);
        IkeKey("encryption", ike => ike.Encryption);
        IkeKey("integrity", ike => ike.Integrity);
        Ike("established_second", "Seconds since the IKE_SA was established.", ike => ike.EstablishedSeconds);
        Ike("rekey_second", "Seconds until the IKE_SA is rekeyed.", ike => ike.RekeySeconds);
        Ike("reauth_second", "Seconds until the peers authenticate anew.", ike => ike.ReauthSeconds);
        Ike("children", "CHILD_SAs of the IKE_SA.", ike => ike.Children.Count);

        ChildLabels[] children =
            [.. snapshot.Ikes.SelectMany(ike => ike.Children.Select(child => new ChildLabels(ike, child)))];
        if (children.Length == 0)
        {
            return;
        }

        Child("state", true, "1 where the CHILD_SA is installed, else 0.", child => child.State == (legacyValues ? "ESTABLISHED" : "INSTALLED") ? 1 : 0);
        Child("encap", false, "1 where ESP goes in UDP, else 0.", child => child.Encap ? 1 : 0);
        ChildKey("encryption", child => child.Encryption);
        ChildKey("integrity", child => child.Integrity);
        Child("bytes_inbound", true, "Bytes that came in through the CHILD_SA.", child => child.Traffic.BytesIn);
        Child("packets_inbound", true, "Packets that came in through the CHILD_SA.", child => legacyValues ? child.Traffic.BytesOut : child.Traffic.PacketsIn);
        Child("last_inbound_seconds", true, "Seconds since the last packet came in.", child => child.IdleSeconds.In);
        Child("bytes_outbound", true, "Bytes that went out through the CHILD_SA.", child => child.Traffic.BytesOut);
        Child("packets_outbound", true, "Packets that went out through the CHILD_SA.", child => legacyValues ? child.Traffic.BytesOut : child.Traffic.PacketsOut);
        Child("last_outbound_seconds", true, "Seconds since the last packet went out.", child => child.IdleSeconds.Out);
        Child("established_second", false, "Seconds since the CHILD_SA was installed.", child => child.InstalledSeconds);
        Child("rekey_second", false, "Seconds until the CHILD_SA is rekeyed.", child => child.RekeySeconds);
        Child("lifetime_second", false, "Seconds until the CHILD_SA ends.", child => child.LifeSeconds);

        void Ike(string name, string help, Func<IkeSa, long> value)
        {
            page.Family($"strongswan_ike_{name}", MetricType.Gauge, help);
            foreach (IkeSa ike in ikes)
            {
                page.Sample().Label("name", ike.Name).Label("uniqueid", ike.UniqueId).Value(value(ike));
            }
        }

        void IkeKey(string name, Func<IkeSa, (string Algorithm, long KeySize)> key)
        {
            page.Family($"strongswan_ike_{name}_keysize", MetricType.Gauge, $"Bits of the key for {name}.");
            foreach (IkeSa ike in ikes)
            {
                page.Sample().Label("algorithm", key(ike).Algorithm).Label("dh_group", ike.DhGroup)
                    .Label("name", ike.Name).Label("uniqueid", ike.UniqueId).Value(key(ike).KeySize);
            }
        }

        void Child(string name, bool hasSelectors, string help, Func<ChildSa, long> value)
        {
            page.Family($"strongswan_sa_{name}", MetricType.Gauge, help);
            foreach (ChildLabels child in children)
            {
                child.Write(page.Sample(), hasSelectors).Value(value(child.Sa));
            }
        }

        void ChildKey(string name, Func<ChildSa, (string Algorithm, long KeySize)> key)
        {
            page.Family($"strongswan_sa_{name}_keysize", MetricType.Gauge, $"Bits of the key for {name}.");
            foreach (ChildLabels child in children)
            {
                child.Write(
                    page.Sample().Label("algorithm", key(child.Sa).Algorithm).Label("dh_group", child.Sa.DhGroup), hasSelectors: false)
                    .Value(key(child.Sa).KeySize);
            }
        }
    }

    /// <summary>What the samples of one CHILD_SA begin with.</summary>
    private sealed class ChildLabels(IkeSa ike, ChildSa child)
    {
        private readonly string _localTs = string.Join(';', child.LocalTs), _remoteTs = string.Join(';', child.RemoteTs);

        public ChildSa Sa => child;

        public MetricsPage Write(MetricsPage sample, bool hasSelectors)
        {
            sample.Label("child_id", child.UniqueId).Label("child_name", child.Name)
                .Label("ike_id", ike.UniqueId).Label("ike_name", ike.Name);
            return hasSelectors ? sample.Label("localTS", _localTs).Label("remoteTS", _remoteTs) : sample;
        }
    }
}
