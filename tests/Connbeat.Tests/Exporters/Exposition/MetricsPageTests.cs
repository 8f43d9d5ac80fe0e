using System.Buffers;
using System.Text;
using Connbeat.Exporters.Exposition;

namespace Connbeat.Tests.Exporters.Exposition;

public sealed class MetricsPageTests
{
    [Fact]
    public void In_Prometheus_text_names_are_whole_and_values_of_labels_escaped() => Assert.Equal(
        """
        # HELP a_total Back\\slash and "quote".
        # TYPE a_total counter
        a_total{x="\\ \" \n é",y="2"} 7
        a_total 0.5
        # HELP old Old.
        # TYPE old counter
        old 1
        # HELP b_info What.
        # TYPE b_info gauge
        b_info{v="1"} 1
        # HELP g Gauge.
        # TYPE g gauge
        g NaN
        g +Inf
        g -Inf

        """,
        Write(ExpositionFormat.Prometheus));

    [Fact]
    public void In_OpenMetrics_families_have_no_suffix_old_counters_are_unknown_and_there_is_an_end() => Assert.Equal(
        """
        # HELP a Back\\slash and \"quote\".
        # TYPE a counter
        a_total{x="\\ \" \n é",y="2"} 7
        a_total 0.5
        # HELP old Old.
        # TYPE old unknown
        old 1
        # HELP b What.
        # TYPE b info
        b_info{v="1"} 1
        # HELP g Gauge.
        # TYPE g gauge
        g NaN
        g +Inf
        g -Inf
        # EOF

        """,
        Write(ExpositionFormat.OpenMetrics));

    private static string Write(ExpositionFormat format)
    {
        ArrayBufferWriter<byte> to = new();
        MetricsPage page = new(to, format);
        page.Family("a_total", MetricType.Counter, "Back\\slash and \"quote\".");
        page.Sample().Label("x", "\\ \" \n é").Label("y", "2"u8).Value(7);
        page.Sample().Value(0.5);
        page.Family("old", MetricType.LegacyCounter, "Old.");
        page.Sample().Value(1);
        page.Family("b_info", MetricType.Info, "What.");
        page.Sample().Label("v", "1").Value(1);
        page.Family("g", MetricType.Gauge, "Gauge.");
        page.Sample().Value(double.NaN);
        page.Sample().Value(double.PositiveInfinity);
        page.Sample().Value(double.NegativeInfinity);
        page.End();
        return Encoding.UTF8.GetString(to.WrittenSpan);
    }
}
