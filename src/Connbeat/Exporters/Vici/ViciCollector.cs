using Connbeat.Exporters.Exposition;

namespace Connbeat.Exporters.Vici;

/// <summary>strongSwan's metrics for the page of a connbeat that runs: the names of ipsec_exporter, and those beside them.</summary>
internal sealed class ViciCollector(ViciSource source, bool legacyValues) : IMetricsCollector, IDisposable
{
    /// <inheritdoc/>
    public string Name => "ipsec_vici";

    /// <inheritdoc/>
    public void Write(MetricsPage page) =>
        Write(page, source.ReadAsync().GetAwaiter().GetResult(), legacyValues); // bounded by the timeout of the source

    /// <summary>What there is now.</summary>
    public Task<ViciSnapshot> ReadAsync() => source.ReadAsync();

    /// <inheritdoc/>
    public void Dispose() => source.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Writes what is known.</summary>
    public static void Write(MetricsPage page, ViciSnapshot snapshot, bool legacyValues)
    {
        ViciFamilies.Write(page, snapshot, legacyValues);
        StrongSwanFamilies.Write(page, snapshot);
    }
}
