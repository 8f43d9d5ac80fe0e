namespace Connbeat.Exporters.Exposition;

/// <summary>How a page of metrics is written.</summary>
internal enum ExpositionFormat
{
    /// <summary>The text format of Prometheus, version 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.</summary>
    OpenMetrics,
}

/// <summary>What a family of metrics measures.</summary>
internal enum MetricType
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Only goes up, until the process starts anew. Its name ends with <c>_total</c>.</summary>
    Counter,

    /// <summary>A counter that was named before names ended with <c>_total</c>; OpenMetrics takes it for unknown.</summary>
    LegacyCounter,

    /// <summary>The value is 1, and the labels are what it tells; its name ends with <c>_info</c>.</summary>
    Info,
}
