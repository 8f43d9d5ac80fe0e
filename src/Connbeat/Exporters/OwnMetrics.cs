using Connbeat.Exporters.Exposition;
using Connbeat.Telemetry;

namespace Connbeat.Exporters;

/// <summary>What the agent tells of itself, as <c>connbeat_…</c>; prometheus.io/docs/practices/naming.</summary>
/// <param name="read">Tells the figures of now.</param>
internal sealed class OwnMetrics(Func<AgentFigures> read) : IMetricsCollector
{
    /// <inheritdoc/>
    public string Name => "agent";

    /// <inheritdoc/>
    public void Write(MetricsPage page)
    {
        AgentFigures figures = read();
        page.Family("connbeat_build_info", MetricType.Info, "The version of connbeat, and the engine that captures.");
        page.Sample().Label("source", figures.Source).Label("version", figures.Version).Value(1);
        One(page, "connbeat_start_time_seconds", MetricType.Gauge, "When this run began, since 1970.", figures.Started);
        One(page, "connbeat_capture_up", MetricType.Gauge, "1 where capture works, else 0.", figures.IsCapturing ? 1 : 0);
        One(page, "connbeat_sockets", MetricType.Gauge, "Connections and listeners that are known to be open.", figures.Sockets);
        One(page, "connbeat_events_captured_total", MetricType.Counter, "Events that were appended to the log.", figures.Captured);
        One(page, "connbeat_events_dropped_total", MetricType.Counter, "Events that processors dropped.", figures.Dropped);
        page.Family("connbeat_events_attributed_total", MetricType.Counter, "Captured events of sockets, by how the owner was found.");
        foreach ((string method, long events) in figures.Attributed)
        {
            page.Sample().Label("method", method).Value(events);
        }

        One(page, "connbeat_snapshots_total", MetricType.Counter, "Snapshots of all sockets that were taken.", figures.Snapshots);
        One(page, "connbeat_snapshot_seconds_total", MetricType.Counter, "How long those took, all together.", figures.SnapshotTime.TotalSeconds);
        One(page, "connbeat_last_snapshot_seconds", MetricType.Gauge, "How long the last of those took.", figures.LastSnapshotTime.TotalSeconds);
        One(page, "connbeat_capture_overruns_total", MetricType.Counter, "How often the kernel's buffer overran.", figures.Overruns);
        if (figures.ForgottenTranslations is { } forgotten)
        {
            One(page, "connbeat_nat_forgotten_total", MetricType.Counter, "Translated flows that were forgotten to make room for newer ones.", forgotten);
        }

        One(page, "connbeat_udp_flows_evicted_total", MetricType.Counter, "Flows of UDP that were ended to make room for others.", figures.FlowsEvicted);
        One(page, "connbeat_udp_datagrams_uncounted_total", MetricType.Counter, "Datagrams that are in no flow of UDP, for want of room.", figures.DatagramsUncounted);
        WriteLost(page, figures);
        WriteLogs(page, figures.Logs);
        WriteOutputs(page, figures);
        WriteProcess(page);
    }

    /// <summary>Before an event is captured there is no output that it is lost to.</summary>
    private static void WriteLost(MetricsPage page, AgentFigures figures)
    {
        page.Family("connbeat_events_lost_total", MetricType.Counter, "What nobody will ever be told, by stage and reason, and by the output that it was for.");
        page.Sample().Label("output", "").Label("reason", figures.OverrunReason).Label("stage", "capture").Value(figures.LostByKernel);
        foreach (OutputLedger ledger in figures.Outputs)
        {
            foreach (LossReason reason in Enum.GetValues<LossReason>())
            {
                page.Sample().Label("output", ledger.Output).Label("reason", reason.Name()).Label("stage", "delivery").Value(ledger.LostTo(reason));
            }
        }
    }

    private static void WriteLogs(MetricsPage page, IReadOnlyList<(string Schema, long Events, long Bytes)> logs)
    {
        page.Family("connbeat_log_events", MetricType.Gauge, "Events in the log that some output has yet to take.");
        foreach ((string schema, long events, _) in logs)
        {
            page.Sample().Label("schema", schema).Value(events);
        }

        page.Family("connbeat_log_bytes", MetricType.Gauge, "Size of the log, in memory or on disk.");
        foreach ((string schema, _, long bytes) in logs)
        {
            page.Sample().Label("schema", schema).Value(bytes);
        }
    }

    private static void WriteOutputs(MetricsPage page, AgentFigures figures)
    {
        Each("connbeat_output_up", MetricType.Gauge, "1 where the last attempt to deliver worked, else 0.", ledger => ledger.IsWell ? 1 : 0);
        Each("connbeat_output_breaker_open", MetricType.Gauge, "1 where the output failed so often that it is only probed, else 0.", ledger => ledger.IsDown ? 1 : 0);
        Each("connbeat_output_appended_total", MetricType.Counter, "Events that are to be delivered to the output.", ledger => ledger.Appended);
        Each("connbeat_output_delivered_total", MetricType.Counter, "Events that are safe at the far end.", ledger => ledger.Delivered);
        Each("connbeat_output_waiting", MetricType.Gauge, "Events that wait for the output.", ledger => ledger.Waiting);
        Each("connbeat_output_outages_total", MetricType.Counter, "How often the output began to fail.", ledger => ledger.Outages);
        Each("connbeat_output_dead_letters_total", MetricType.Counter, "Of the lost events, those that were kept in a file.", ledger => ledger.DeadLetters);
        page.Family("connbeat_output_oldest_age_seconds", MetricType.Gauge, "How old the oldest event is that waits for the output.");
        foreach ((string output, TimeSpan age) in figures.Oldest)
        {
            page.Sample().Label("output", output).Value(age.TotalSeconds);
        }

        void Each(string name, MetricType type, string help, Func<OutputLedger, long> value)
        {
            page.Family(name, type, help);
            foreach (OutputLedger ledger in figures.Outputs)
            {
                page.Sample().Label("output", ledger.Output).Value(value(ledger));
            }
        }
    }

    private static void WriteProcess(MetricsPage page)
    {
        One(page, "connbeat_cpu_seconds_total", MetricType.Counter, "Processor time of connbeat, user and system.", Environment.CpuUsage.TotalTime.TotalSeconds);
        One(page, "connbeat_resident_memory_bytes", MetricType.Gauge, "Memory of connbeat.", Environment.WorkingSet);
    }

    private static void One(MetricsPage page, string name, MetricType type, string help, double value)
    {
        page.Family(name, type, help);
        page.Sample().Value(value);
    }
}
