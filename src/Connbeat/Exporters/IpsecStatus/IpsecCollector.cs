using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.Vici;

namespace Connbeat.Exporters.IpsecStatus;

/// <summary>The tunnels of ipsec.conf.</summary>
/// <param name="source">Who tells.</param>
/// <param name="vici">Whom that asks; null for nobody. It is this collector's.</param>
internal sealed class IpsecCollector(IpsecSource source, ViciSource? vici) : IMetricsCollector, IDisposable
{
    /// <inheritdoc/>
    public string Name => "ipsec_status";

    /// <summary>What there is now.</summary>
    public Task<IpsecSnapshot> ReadAsync() => source.ReadAsync();

    /// <inheritdoc/>
    public void Write(MetricsPage page) => IpsecFamilies.Write(page, ReadAsync().GetAwaiter().GetResult()); // bounded by the timeouts

    /// <inheritdoc/>
    public void WriteOriginal(MetricsPage page) => IpsecFamilies.WriteAll(page, ReadAsync().GetAwaiter().GetResult());

    /// <inheritdoc/>
    public void Dispose() => vici?.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
