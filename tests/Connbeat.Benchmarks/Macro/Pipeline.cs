using System.Threading.Channels;
using Connbeat.Benchmarks.Load;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Connbeat.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Benchmarks.Macro;

/// <summary>All stages of the agent behind the capture engine, in this process, fed by a <see cref="GeneratedCapture"/>.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private readonly Deliveries _deliveries;
    private readonly EventLogs _logs;
    private readonly GeneratedCapture _capture;
    private readonly AgentLoop _loop;
    private readonly EventStream _stream;

    /// <summary>Joins them.</summary>
    /// <param name="connections">How many connections are made up: two events each.</param>
    /// <param name="output">Where the events go.</param>
    /// <param name="open">Makes the log.</param>
    /// <param name="isPaced">True: the generator waits while the log is half full. False: it never waits.</param>
    public Pipeline(long connections, OutputPlan output, Func<DeliveryHappenings, IEventLog> open, bool isPaced)
    {
        AgentOptions options = new();
        Guid run = Guid.NewGuid();
        DeliveryHappenings happened = new(NullLogger<DeliveryHappenings>.Instance);
        Ledger = happened.Ledger.Of(output.Name);
        LocalAddresses addresses = new();
        _logs = new EventLogs(schema => new EventForm(schema, EventEncoders.Create(schema, options, run, addresses), open(happened)));
        _deliveries = new Deliveries(_logs, BootTime.Clock, happened);
        _deliveries.Start([output]);

        WallClock wall = new(BootTime.Clock);
        NamespaceDirectory namespaces = new();
        _stream = new EventStream(
            _logs, new Surroundings(GeneratedCapture.Namespace, namespaces), new EventIds(run, run), null, wall, BootTime.Clock);
        ListenerTable listeners = new();
        OwnerSearch owners = new(new ProcessDirectory(), isOn: true);
        Announcements announcements = new(options.Tracking, listeners, owners, _stream.Tell);
        Channel<ProcessScan> scans = Channel.CreateUnbounded<ProcessScan>();
        _capture = new GeneratedCapture(
            connections, scans.Writer, static commandLine => commandLine, () => !isPaced || (_logs.Fill?.Highest ?? 0) < 0.5);
        _loop = new AgentLoop(
            _capture, null, scans.Reader, new ConnectionTable(listeners, announcements), announcements, owners, namespaces,
            containers: null, _stream, _logs, new Pace(_logs, BootTime.Clock, happened), null, wall, BootTime.Clock, options.Capture.Latency);
    }

    /// <summary>What became of the events.</summary>
    public OutputLedger Ledger { get; }

    /// <summary>Events captured so far.</summary>
    public long Captured => _stream.LastSequence;

    /// <summary>Makes up all connections, and has them told.</summary>
    public Task RunAsync()
    {
        _capture.Start();
        return Task.Run(() => _loop.RunAsync(once: false, CancellationToken.None));
    }

    /// <summary>Waits until what the log holds is delivered.</summary>
    public async Task DrainAsync()
    {
        _capture.Dispose();
        _loop.Finish();
        _logs.Complete();
        await _deliveries.DrainAsync(TimeSpan.FromMinutes(5));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _deliveries.DisposeAsync();
}
