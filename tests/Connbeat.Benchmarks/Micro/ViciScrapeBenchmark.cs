using System.Buffers;
using BenchmarkDotNet.Attributes;
using Connbeat.Exporters.Exposition;
using Connbeat.Exporters.Vici;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Benchmarks.Micro;

/// <summary>
/// A scrape of the VICI exporter: everything is asked for and the page written. Of 1,000 CHILD_SAs it may take 100 ms and make
/// 20 MB of garbage, of 10,000 a second.
/// </summary>
[MemoryDiagnoser]
public class ViciScrapeBenchmark : IDisposable
{
    private ManyTunnels? _daemon;
    private ViciSource? _source;

    /// <summary>CHILD_SAs.</summary>
    [Params(1000, 10_000)]
    public int Children { get; set; }

    /// <summary>Begins the session.</summary>
    [GlobalSetup]
    public async Task OpenAsync()
    {
        _daemon = new ManyTunnels(Children);
        _source = new ViciSource(
            _daemon.Address, TimeSpan.FromSeconds(30), BootTime.Clock, new StrongSwanHappenings(NullLogger<StrongSwanHappenings>.Instance));
        int written = await ScrapeAsync();
        if (written < Children * 1000)
        {
            throw new InvalidOperationException($"a page of {written} bytes");
        }
    }

    /// <summary>Ends it.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _source?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _daemon?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <summary>One scrape.</summary>
    [Benchmark]
    public async Task<int> ScrapeAsync()
    {
        ViciSnapshot snapshot = await _source!.ReadAsync();
        ArrayBufferWriter<byte> page = new(16 * 1024);
        ViciCollector.Write(new MetricsPage(page, ExpositionFormat.Prometheus), snapshot, legacyValues: false);
        return page.WrittenCount;
    }
}
