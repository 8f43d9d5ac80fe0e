using System.Buffers;
using System.Text;
using Connbeat.Exporters;
using Connbeat.Exporters.Exposition;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Exporters;

public sealed class GuardedCollectorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CollectingLogger<ExporterHappenings> _log = new();
    private readonly ManualTime _time = new();
    private readonly MetricsPage _page = new(new ArrayBufferWriter<byte>(), ExpositionFormat.Prometheus);

    [Fact]
    public async Task What_cannot_be_opened_has_no_metrics_and_is_tried_again_for_each_page()
    {
        int tried = 0;
        await using GuardedCollector collector =
            Guard(() => ++tried < 3 ? throw new IOException("nobody answers.") : new One(page => page.Sample()));
        await collector.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Null(await WriteAsync(collector));
        Assert.NotNull(await WriteAsync(collector));
        Assert.Equal(3, tried);
        Assert.Equal(
            ["Warning The metrics of some are missing until it works again: nobody answers.", "Information The metrics of some are there again."],
            _log.Lines);
    }

    [Fact]
    public async Task What_takes_too_long_costs_its_own_metrics_until_it_has_come_to_an_end()
    {
        using ManualResetEventSlim end = new();
        await using GuardedCollector collector = Guard(() => new One(page =>
        {
            end.Wait(TestContext.Current.CancellationToken);
            page.Family("a", MetricType.Gauge, "A.");
        }));
        Task<string?> late = WriteAsync(collector);
        await _time.Armed.ReadAsync(TestContext.Current.CancellationToken);
        _time.Advance(Patience);
        Assert.Null(await late);

        Task<string?> behind = WriteAsync(collector);
        await _time.Armed.ReadAsync(TestContext.Current.CancellationToken);
        _time.Advance(Patience);
        Assert.Null(await behind);

        end.Set();
        Assert.Equal("# HELP a A.\n# TYPE a gauge\n", await WriteAsync(collector));
        Assert.Equal(
            ["Warning The metrics of some are missing until it works again: it takes longer than 1 s.", "Information The metrics of some are there again."],
            _log.Lines);
    }

    [Fact]
    public async Task What_has_written_half_of_its_metrics_has_none()
    {
        await using GuardedCollector collector = Guard(() => new One(page =>
        {
            page.Family("half", MetricType.Gauge, "Half.");
            throw new InvalidOperationException("no more");
        }));

        Assert.Null(await WriteAsync(collector));
    }

    private GuardedCollector Guard(Func<IMetricsCollector> open) => new("some", open, new ExporterHappenings(_log), _time);

    private async Task<string?> WriteAsync(GuardedCollector collector)
    {
        ReadOnlyMemory<byte>? families = await collector.WriteAsync(_page, (one, page) => one.Write(page), Patience);
        return families is { } written ? Encoding.UTF8.GetString(written.Span) : null;
    }

    private sealed class One(Action<MetricsPage> write) : IMetricsCollector
    {
        public string Name => "some";

        public void Write(MetricsPage page) => write(page);
    }
}
