using Connbeat.Exporters.Exposition;

namespace Connbeat.Exporters;

/// <summary>Something that has metrics of its own.</summary>
internal interface IMetricsCollector
{
    /// <summary>What it is called, in <c>connbeat_collector_up</c>.</summary>
    string Name { get; }

    /// <summary>Writes its families. Where it fails, none of them are on the page.</summary>
    void Write(MetricsPage page);
}
