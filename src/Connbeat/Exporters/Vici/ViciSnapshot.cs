using Connbeat.StrongSwan.Vici;

namespace Connbeat.Exporters.Vici;

/// <summary>What the daemon said when it was asked last.</summary>
internal sealed record ViciSnapshot
{
    /// <summary>What is known of a daemon that does not answer.</summary>
    public static readonly ViciSnapshot Down = new();

    /// <summary>True where it answered.</summary>
    public bool IsUp { get; init; }

    /// <summary>Its name and version, and those of its system.</summary>
    public ViciSection Version { get; init; } = ViciSection.Empty;

    /// <summary>What it says of itself; null where it does not.</summary>
    public DaemonStats? Stats { get; init; }

    /// <summary>What is configured.</summary>
    public IReadOnlyList<IkeConfig> Configs { get; init; } = [];

    /// <summary>What is there.</summary>
    public IReadOnlyList<IkeSa> Ikes { get; init; } = [];

    /// <summary>Its address pools.</summary>
    public IReadOnlyList<AddressPool> Pools { get; init; } = [];

    /// <summary>What it counts of IKE, by the name that it gives it; empty without the plugin that counts.</summary>
    public IReadOnlyList<(string Name, long Count)> Counters { get; init; } = [];

    /// <summary>Its certificates.</summary>
    public IReadOnlyList<CertificateDates> Certificates { get; init; } = [];

    /// <summary>What went through the tunnels, over all their rekeyings.</summary>
    public IReadOnlyList<TunnelTotal> Totals { get; init; } = [];

    /// <summary>How often IKE_SAs were rekeyed, by the connection's name.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> IkeRekeys { get; init; } = [];

    /// <summary>The connections that are configured and have no IKE_SA at all.</summary>
    public IEnumerable<IkeConfig> Inactive
    {
        get
        {
            HashSet<string> active = [.. Ikes.Select(ike => ike.Name)];
            return Configs.Where(config => !active.Contains(config.Name));
        }
    }
}
