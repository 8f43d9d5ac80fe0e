using Connbeat.Config;
using Connbeat.Exporters.Endpoint;

namespace Connbeat.Exporters;

/// <summary>An exporter as it was configured, before it is opened.</summary>
/// <param name="Name">Its section of <c>exporters</c> in connbeat.yml.</param>
/// <param name="Listen">Where the page is served that the original has; null for nowhere but with all the others.</param>
/// <param name="Page">What that page is like.</param>
/// <param name="Open">Opens it. Where that fails, it is tried again at every scrape.</param>
internal sealed record ExporterPlan(
    string Name, ListenAddress? Listen, OriginalPage Page, Func<IMetricsCollector> Open);
