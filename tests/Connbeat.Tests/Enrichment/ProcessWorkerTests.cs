using System.Threading.Channels;
using Connbeat.Enrichment;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment;

public sealed class ProcessWorkerTests : IDisposable
{
    private readonly ProcTree _tree = new();
    private readonly StandingClock _clock = new();
    private readonly CollectingLogger<EnrichmentHappenings> _log = new();
    private readonly EnrichmentHappenings _happened;

    public ProcessWorkerTests() => _happened = new EnrichmentHappenings(_log);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task A_request_is_answered_and_the_worker_stops()
    {
        _tree.Process(766, "sshd", 7619);
        Channel<ProcessScan> answers = Channel.CreateUnbounded<ProcessScan>();

        await using (ProcessWorker worker = Worker(answers))
        {
            worker.Request(Some.Nothing);
            ProcessScan scan = await answers.Reader.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal(766, Assert.Single(scan.Sightings).Facts.Pid);
        }

        Assert.False(answers.Reader.TryRead(out _));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Requests_that_wait_become_one_and_the_newest_is_answered()
    {
        Channel<ProcessScan> answers = Channel.CreateBounded<ProcessScan>(1);
        await using ProcessWorker worker = Worker(answers);
        for (uint inode = 1; inode <= 100; inode++)
        {
            worker.Request(Some.Request(0, inode));
        }

        int read = 0;
        ProcessScan scan;
        do
        {
            scan = await answers.Reader.ReadAsync(TestContext.Current.CancellationToken);
            read++;
        }
        while (!scan.Nobody.Contains(100u));

        // One answer waits in the channel, one in the worker's hand, and the last request took the place of the others.
        Assert.InRange(read, 1, 3);
    }

    [Fact]
    public async Task A_worker_whose_answers_nobody_takes_stops_all_the_same()
    {
        Channel<ProcessScan> answers = Channel.CreateBounded<ProcessScan>(1);
        ProcessWorker worker = Worker(answers);
        worker.Request(Some.Nothing);
        await answers.Reader.WaitToReadAsync(TestContext.Current.CancellationToken);
        worker.Request(Some.Nothing);

        await worker.DisposeAsync();

        Assert.True(answers.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_scan_that_fails_is_answered_logged_once_and_counted_and_the_worker_goes_on()
    {
        string away = _tree.Root + "-away";
        Directory.Move(_tree.Root, away);
        Channel<ProcessScan> answers = Channel.CreateUnbounded<ProcessScan>();
        await using ProcessWorker worker = Worker(answers);

        for (int attempt = 0; attempt < 3; attempt++)
        {
            worker.Request(Some.Nothing);
            Assert.True((await answers.Reader.ReadAsync(TestContext.Current.CancellationToken)).HasFailed);
        }

        Directory.Move(away, _tree.Root);
        worker.Request(Some.Nothing);

        Assert.True((await answers.Reader.ReadAsync(TestContext.Current.CancellationToken)).Fresh);
        Assert.Equal(3, _happened.Failed);
        Assert.Contains(_tree.Root, Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private ProcessWorker Worker(Channel<ProcessScan> answers) => new(
        Some.HostScanner(_tree.Root, _clock),
        answers.Writer,
        _happened);
}
