using Connbeat.Capture;
using Connbeat.Capture.Bpf;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Benchmarks.Macro;

/// <summary>The programs that count datagrams, and what looks at their map, and nothing else.</summary>
internal sealed class WatchedFlows : IDisposable
{
    private readonly KernelPrograms _programs =
        KernelPrograms.Load(new ProgramSettings { FlowEntries = CaptureOptions.MostFlows }, features: ProgramFeature.Flows);

    private readonly ObservationQueue _queue = new(CancellationToken.None);
    private readonly FlowWatch _watch;
    private readonly Task _reading;

    /// <summary>Loads and attaches them.</summary>
    public WatchedFlows()
    {
        using SafeFileHandle? cgroups = CgroupRoot.Open(new ProcReader(ProcReader.System));
        _programs.Attach(cgroups);
        _watch = new FlowWatch(
            _programs.OpenFlows()!, TimeSpan.FromHours(1), BootTime.Clock,
            new CaptureHappenings(NullLogger<CaptureHappenings>.Instance));
        _reading = ReadAsync();
    }

    /// <summary>Looks at all flows, and passes on how far each has come.</summary>
    /// <returns>The CPU time of the thread that looks.</returns>
    public TimeSpan Look()
    {
        TimeSpan before = CpuTime.OfThread();
        _watch.LookNow(BootTime.Clock.GetTimestamp(), _queue);
        return CpuTime.OfThread() - before;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Complete();
        _reading.Wait();
        _programs.Dispose();
    }

    private async Task ReadAsync()
    {
        await foreach (ObservationBatch batch in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            batch.Release();
        }
    }
}
