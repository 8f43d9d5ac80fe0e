using Connbeat.Exporters.Exposition;

namespace Connbeat.Exporters;

/// <summary>Something that has metrics of its own. It is asked by one thread at a time, and disposed of where it can be.</summary>
internal interface IMetricsCollector
{
    /// <summary>What it is called, in <c>connbeat_collector_up</c>.</summary>
    string Name { get; }

    /// <summary>Writes its families for the page that has everything. Where it fails, none of them are there.</summary>
    void Write(MetricsPage page);

    /// <summary>Writes what the program tells that it takes the place of, and nothing else.</summary>
    void WriteOriginal(MetricsPage page) => Write(page);
}
