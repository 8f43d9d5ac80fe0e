using Connbeat.Exporters.Exposition;

namespace Connbeat.Exporters.IpsecStatus;

/// <summary>The tunnels of ipsec.conf for the page of a connbeat that runs.</summary>
internal sealed class IpsecCollector(IpsecSource source) : IMetricsCollector
{
    /// <inheritdoc/>
    public string Name => "ipsec_status";

    /// <inheritdoc/>
    public void Write(MetricsPage page) => IpsecFamilies.Write(page, source.ReadAsync().GetAwaiter().GetResult()); // bounded by the timeouts
}
