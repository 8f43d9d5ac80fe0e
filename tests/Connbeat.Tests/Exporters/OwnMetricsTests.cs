using System.Buffers;
using System.Text;
using Connbeat.Exporters;
using Connbeat.Exporters.Exposition;
using Connbeat.Telemetry;

namespace Connbeat.Tests.Exporters;

public sealed class OwnMetricsTests
{
    [Theory]
    [InlineData("connbeat_build_info{source=\"netlink\",version=\"1.2.3\"} 1")]
    [InlineData("connbeat_start_time_seconds 1.5")]
    [InlineData("connbeat_capture_up 1")]
    [InlineData("connbeat_events_captured_total 9")]
    [InlineData("connbeat_events_attributed_total{method=\"fd\"} 8")]
    [InlineData("connbeat_snapshot_seconds_total 0.25")]
    [InlineData("connbeat_last_snapshot_seconds 0.05")]
    [InlineData("connbeat_nat_forgotten_total 3")]
    [InlineData("connbeat_events_lost_total{output=\"\",reason=\"receive_buffer_overrun\",stage=\"capture\"} 5")]
    [InlineData("connbeat_events_lost_total{output=\"http\",reason=\"rejected\",stage=\"delivery\"} 2")]
    [InlineData("connbeat_output_breaker_open{output=\"http\"} 1")]
    [InlineData("connbeat_output_oldest_age_seconds{output=\"http\"} 7")]
    [InlineData("connbeat_log_events{schema=\"connbeat\"} 6")]
    [InlineData("connbeat_log_bytes{schema=\"connbeat\"} 600")]
    public void What_the_agent_counts_is_told(string sample) =>
        Assert.Contains(sample, Page(ExpositionFormat.Prometheus).Split('\n'));

    /// <summary>prometheus.io/docs/practices/naming, and what promtool looks for.</summary>
    [Fact]
    public void Counters_and_nothing_else_end_with_total()
    {
        foreach (string line in Page(ExpositionFormat.Prometheus).Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)))
        {
            string[] words = line.Split(' ');
            Assert.StartsWith("connbeat_", words[2], StringComparison.Ordinal);
            Assert.Equal(words[3] == "counter", words[2].EndsWith("_total", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void In_OpenMetrics_a_family_is_named_without_what_its_samples_end_with()
    {
        string page = Page(ExpositionFormat.OpenMetrics);

        Assert.Contains("# TYPE connbeat_build info\n", page, StringComparison.Ordinal);
        Assert.Contains("# TYPE connbeat_events_lost counter\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("_total counter", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_ring_lost_is_counted_under_the_reason_that_its_gap_has() => Assert.Contains(
        "connbeat_events_lost_total{output=\"\",reason=\"ring_overrun\",stage=\"capture\"} 5",
        Page(ExpositionFormat.Prometheus, source: "ebpf"), StringComparison.Ordinal);

    [Fact]
    public void Where_conntrack_is_not_asked_nothing_is_said_of_it() => Assert.DoesNotContain(
        "connbeat_nat", Page(ExpositionFormat.Prometheus, forgotten: null), StringComparison.Ordinal);

    private static string Page(ExpositionFormat format, string source = "netlink", long? forgotten = 3)
    {
        OutputLedger ledger = new("http") { IsDown = true };
        ledger.CountAppended(9);
        ledger.CountLost(LossReason.Rejected, 2);
        ArrayBufferWriter<byte> page = new();
        new OwnMetrics(() => new AgentFigures
        {
            Version = "1.2.3",
            Source = source,
            IsCapturing = true,
            Captured = 9,
            Attributed = [("fd", 8)],
            Dropped = 1,
            Sockets = 4,
            Snapshots = 2,
            SnapshotTime = TimeSpan.FromMilliseconds(250),
            LastSnapshotTime = TimeSpan.FromMilliseconds(50),
            Overruns = 1,
            LostByKernel = 5,
            ForgottenTranslations = forgotten,
            Outputs = [ledger],
            Oldest = [("http", TimeSpan.FromSeconds(7))],
            Logs = [("connbeat", 6, 600)],
            Started = 1.5,
        }).Write(new MetricsPage(page, format));
        return Encoding.UTF8.GetString(page.WrittenSpan);
    }
}
