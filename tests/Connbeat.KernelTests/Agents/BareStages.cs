using System.Threading.Channels;
using Connbeat.Capture;
using Connbeat.Delivery;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Connbeat.Tracking;
using Microsoft.Extensions.Logging;

namespace Connbeat.KernelTests.Agents;

/// <summary>The agent's stages without owners, around an engine of the test's own.</summary>
internal sealed class BareStages : IAsyncDisposable
{
    private readonly PollingCapture _capture;
    private readonly AgentLoop _loop;
    private readonly MemoryLog _log;
    private readonly ConnbeatEncoder _encoder;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _looping;
    private readonly Task<PumpEnd> _pumping;

    /// <summary>Joins the stages and sets them to work.</summary>
    public BareStages(NetworkNamespaceLab lab, PollingCapture capture, AgentLog log)
    {
        Config.AgentOptions options = WatchedAgent.Options();
        DeliveryHappenings delivery = new(log.CreateLogger<DeliveryHappenings>());
        _capture = capture;
        _log = new MemoryLog(new MemoryLogLimits(options.Queue.Events, options.Queue.Bytes), BootTime.Clock, delivery);
        _encoder = new ConnbeatEncoder(EventEncoders.HostFactsOf(options, Guid.NewGuid()), new LocalAddresses());
        EventLogs logs = new(schema => new EventForm(schema, _encoder, _log));
        WallClock wall = new(BootTime.Clock);
        NamespaceDirectory namespaces = new();
        EventStream stream = new(
            logs, new Surroundings(lab.Namespace, namespaces),
            new EventIds(Guid.NewGuid(), Guid.NewGuid()), state: null, wall, BootTime.Clock);
        ListenerTable listeners = new();
        OwnerSearch owners = new(new ProcessDirectory(), isOn: false);
        Announcements announcements = new(options.Tracking, listeners, owners, stream.Tell);
        _loop = new AgentLoop(
            capture, processes: null, Channel.CreateUnbounded<ProcessScan>().Reader,
            new ConnectionTable(listeners, announcements), announcements, owners, namespaces, containers: null,
            stream, logs, new Pace(logs, BootTime.Clock, delivery), state: null, wall, BootTime.Clock, options.Capture.Latency);

        Pump pump = new(Output, logs.Of(Config.EventSchema.Connbeat).Open(Output.Name), options.Output.Console!.Pump, BootTime.Clock, delivery);
        _pumping = Task.Run(() => pump.RunAsync(CancellationToken.None));
        _looping = Task.Run(() => _loop.RunAsync(once: false, _stop.Token));
        capture.Start();
    }

    /// <summary>Where the events go.</summary>
    public CollectingOutput Output { get; } = new();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looping;
        _capture.Dispose();
        _loop.Finish();
        _log.Complete();
        await _pumping;
        _encoder.Dispose();
        _stop.Dispose();
    }
}
