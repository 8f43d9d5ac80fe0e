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
    private readonly Watched _thousand = new(1000);
    private readonly Watched _tenThousand = new(10_000);

    /// <summary>Of 1,000 CHILD_SAs.</summary>
    [Benchmark]
    public Task<int> Thousand() => _thousand.ScrapeAsync();

    /// <summary>Of 10,000.</summary>
    [Benchmark]
    public Task<int> TenThousand() => _tenThousand.ScrapeAsync();

    /// <summary>Ends both sessions.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _thousand.Dispose();
        _tenThousand.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A daemon, and who asks it.</summary>
    private sealed class Watched : IDisposable
    {
        private readonly ManyTunnels _daemon;
        private readonly ViciSource _source;
        private readonly int _children;

        public Watched(int children)
        {
            _children = children;
            _daemon = new ManyTunnels(children);
            _source = new ViciSource(
                _daemon.Address, TimeSpan.FromSeconds(30), BootTime.Clock, new StrongSwanHappenings(NullLogger<StrongSwanHappenings>.Instance));
        }

        public async Task<int> ScrapeAsync()
        {
            ViciSnapshot snapshot = await _source.ReadAsync();
            ArrayBufferWriter<byte> page = new(16 * 1024);
            ViciCollector.Write(new MetricsPage(page, ExpositionFormat.Prometheus), snapshot, legacyValues: false);
            return page.WrittenCount > _children * 1000
                ? page.WrittenCount
                : throw new InvalidOperationException($"a page of {page.WrittenCount} bytes");
        }

        public void Dispose()
        {
            _source.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _daemon.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
