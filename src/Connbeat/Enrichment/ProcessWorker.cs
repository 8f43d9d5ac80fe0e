using System.Threading.Channels;
using Connbeat.Telemetry;

namespace Connbeat.Enrichment;

/// <summary>
/// Looks at the host on a thread of its own, so that the loop never waits for /proc. Requests coalesce: only the newest
/// is answered, also where the look failed. No answer is lost: where nobody takes it, the worker waits.
/// </summary>
internal sealed class ProcessWorker : IAsyncDisposable
{
    private readonly HostScanner _scanner;
    private readonly ChannelWriter<ProcessScan> _answers;
    private readonly EnrichmentHappenings _happenings;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _thread;

    private readonly Channel<ScanRequest> _requests = Channel.CreateBounded<ScanRequest>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Starts the thread.</summary>
    public ProcessWorker(
        HostScanner scanner, ChannelWriter<ProcessScan> answers, EnrichmentHappenings happenings)
    {
        _scanner = scanner;
        _answers = answers;
        _happenings = happenings;
        _thread = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Asks for a scan; replaces a request that waits.</summary>
    public void Request(ScanRequest request) => _requests.Writer.TryWrite(request);

    /// <summary>Stops after the scan that runs; its answer is dropped where nobody takes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _thread.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Run()
    {
        try
        {
            while (Wait(_requests.Reader.WaitToReadAsync(_stopping.Token)))
            {
                while (_requests.Reader.TryRead(out ScanRequest? request))
                {
                    Answer(request);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped as asked.
        }
    }

    private void Answer(ScanRequest request)
    {
        ProcessScan scan;
        try
        {
            scan = _scanner.Scan(request);
        }
        catch (Exception exception)
        {
            _happenings.ScanFailed(exception);
            Answer(new ProcessScan { HasFailed = true });
            return;
        }

        _happenings.Scanned(scan.Scanned, scan.Denied, scan.Faulty, scan.Fault);
        Answer(scan);
    }

    private void Answer(ProcessScan scan)
    {
        while (!_answers.TryWrite(scan))
        {
            if (!Wait(_answers.WaitToWriteAsync(_stopping.Token)))
            {
                return;
            }
        }
    }

    /// <summary>The thread is this worker's own, so that it may block.</summary>
    private static bool Wait(ValueTask<bool> ready) => ready.AsTask().GetAwaiter().GetResult();
}
