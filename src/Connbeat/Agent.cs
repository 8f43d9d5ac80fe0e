using System.Threading.Channels;
using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Enrichment.Docker;
using Connbeat.Enrichment.Nat;
using Connbeat.Enrichment.Tunnels;
using Connbeat.Events;
using Connbeat.Exporters;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Processing;
using Connbeat.Processing.Fields;
using Connbeat.Processing.Redaction;
using Connbeat.Telemetry;
using Connbeat.Tracking;
using Connbeat.Tracking.State;
using Microsoft.Extensions.Logging;

namespace Connbeat;

/// <summary>
/// Joins the stages. Starts from the far end, so that nothing is captured before somebody takes it, and stops from the
/// near end: capture, tracking, then delivery, which gets a deadline.
/// </summary>
internal sealed class Agent : IAsyncDisposable
{
    private const int ContainerNewsInFlight = 256;

    private readonly AgentOptions _options;
    private readonly TimeProvider _time;
    private readonly AgentHappenings _happened;
    private readonly EventQueues _queues;
    private readonly EventLogs _logs;
    private readonly EventStream _stream;
    private readonly FieldTable _fields;
    private readonly ConnectionTable _table;
    private readonly AgentLoop _loop;
    private readonly TableReader _questions;
    private readonly StateFile? _state;
    private readonly SavedRun? _previous;
    private readonly PollingCapture _capture;
    private readonly CaptureHappenings _captured;
    private readonly ProcessWorker _processes;
    private readonly DockerEngine? _engine;
    private readonly TunnelWatch? _tunnels;
    private readonly NatWatch? _translations;
    private readonly DeliveryHappenings _delivery;
    private readonly Deliveries _deliveries;
    private readonly IReadOnlyList<OutputPlan> _outputs;
    private readonly SecretsInForce _secrets;
    private readonly Supervision? _supervision;
    private RedactOptions _redact;
    private readonly AgentReport _report;

    /// <summary>Puts an agent together; nothing runs yet but the process worker, which waits to be asked.</summary>
    /// <param name="options">The checked configuration.</param>
    /// <param name="outputs">Where events go; none publishes nothing.</param>
    /// <param name="logs">Where the agent tells of itself.</param>
    /// <param name="time">The machine's clocks.</param>
    /// <param name="supervision">Is told how the agent fares; null: nobody is.</param>
    /// <exception cref="KernelException">The kernel refuses what the engine needs.</exception>
    public Agent(
        AgentOptions options, IReadOnlyList<OutputPlan> outputs, ILoggerFactory logs, TimeProvider time,
        Supervision? supervision = null)
    {
        _supervision = supervision;
        _options = options;
        _time = time;
        _captured = new CaptureHappenings(logs.CreateLogger<CaptureHappenings>());
        _happened = new AgentHappenings(logs.CreateLogger<AgentHappenings>());
        TrackingHappenings tracking = new(logs.CreateLogger<TrackingHappenings>());
        _delivery = new DeliveryHappenings(logs.CreateLogger<DeliveryHappenings>());
        Guid run = Guid.NewGuid();
        Guid boot = BootId.Read(new ProcReader(ProcReader.System)) ?? run;

        LocalAddresses addresses = new();
        SpoolHappenings spool = new(logs.CreateLogger<SpoolHappenings>());
        _queues = new EventQueues(options.Queue, time, _delivery, spool) { Outputs = outputs };
        _logs = new EventLogs(schema => new EventForm(schema, EventEncoders.Create(schema, options, run, addresses), _queues.Open(schema)));
        _deliveries = new Deliveries(_logs, time, _delivery);
        _outputs = outputs;
        (_state, _previous) = options.Tracking.State.Length > 0
            ? StateFile.Open(options.Tracking.State, boot, run, tracking)
            : (null, null);
        _redact = options.Enrichment.Redact;
        _secrets = new SecretsInForce(SecretsOf(_redact));
        if (_redact.IsOn)
        {
            _previous?.Withhold(_secrets.Now);
        }

        WallClock wall = new(time);
        NamespaceDirectory namespaces = new();
        ContainerFeed? containers = null;
        if (options.Enrichment.EnableDocker)
        {
            (_engine, containers) = AskEngine(options.Enrichment, _secrets, logs, time);
        }

        _tunnels = TunnelWatch.Start(
            options.Enrichment.Tunnels, time, new StrongSwanHappenings(logs.CreateLogger<StrongSwanHappenings>()));

        ConntrackHappenings? translated =
            options.Enrichment.Nat ? new ConntrackHappenings(logs.CreateLogger<ConntrackHappenings>()) : null;
        _translations = translated is null ? null : NatWatch.Open(translated, options.Tracking.OwnerWait);

        _fields = EventEncoders.CreateFields(options, run, addresses);
        _stream = new EventStream(
            _logs,
            new Surroundings(
                NetworkNamespace.Current(), namespaces, containers?.Directory, _tunnels?.Feed.Directory,
                _translations is null ? null : (transport, tuple) => _translations.Of(transport, tuple)),
            new EventIds(boot, run), _state, wall, time);
        ReplaceProcessors(options.Processors);

        EnrichmentHappenings enriched = new(logs.CreateLogger<EnrichmentHappenings>());
        UserNames users = UserNames.OfSystem(time, enriched, patience: AgentLoop.FirstLook / 4);
        _capture = new CaptureStart(
            options.Capture, ProcNetFiles.FromEnvironment(), time, _captured)
        {
            HidesArguments = !options.Enrichment.ExposeProcessInfo || !options.Enrichment.ExposeCmdline,
            LearnUser = options.Enrichment.ExposeProcessInfo ? users.Learn : null,
        }.Open();

        Channel<ProcessScan> scans = Channel.CreateUnbounded<ProcessScan>(); // one request is under way at a time
        _processes = new ProcessWorker(
            CreateScanner(options.Enrichment, _secrets, users, time, _capture.TellsOwners ? true : null), scans.Writer, enriched);
        if (_capture.TellsOwners)
        {
            _processes.Request(ScanRequest.First); // at once: who ends from now on before he is looked at has no executable
        }

        CgroupDirectory cgroups = new();
        HeardProcesses? heard = _capture.TellsOwners
            ? new HeardProcesses(ExposureOf(options.Enrichment, _secrets), cgroups, users, time)
            : null;
        ListenerTable listeners = new(new CaptureFilter(options.Capture.Filter).MayHideListener);
        OwnerSearch owners = new(
            new ProcessDirectory(), options.Enrichment.ExposeProcessInfo, cgroups, namespaces, containers?.Directory, heard);
        Announcements announcements = new(options.Tracking, listeners, owners, _stream.Tell);
        _table = new ConnectionTable(listeners, announcements, _capture.TellsFlows ? options.Capture.UdpIdle : null);

        _loop = new AgentLoop(
            _capture, _processes, scans.Reader, _table, announcements, owners, namespaces, containers, _stream, _logs,
            new Pace(_logs, time, _delivery), _state, wall, time, options.Capture.Latency, _secrets, _tunnels?.Feed,
            _questions = new TableReader(_table, _stream, EventEncoders.Create(options.Schema, options, run, addresses), LibC.EffectiveUser(), time),
            supervision);
        _report = new AgentReport(_capture.Name, _captured, _stream, _table, _logs, _deliveries, _delivery.Ledger, translated, time);
    }

    /// <summary>Runs until it is stopped, or nobody reads its output any more.</summary>
    /// <param name="once">True to stop after the first snapshot.</param>
    /// <param name="stop">Asks to stop: in order, and within the configured time.</param>
    public async Task<AgentEnd> RunAsync(bool once, CancellationToken stop)
    {
        using CancellationTokenSource end =
            CancellationTokenSource.CreateLinkedTokenSource(stop, _deliveries.Deserted);
        _queues.DiscardUnused();
        _deliveries.Start(_outputs);

        bool failed = false;
        _happened.Started(_capture.Name);
        TellStart();
        _capture.Start();
        _report.IsCapturing = true;
        _supervision?.Ready($"Watching by {_capture.Name}.");
        using ITimer? metrics = StartMetrics(_options.Logging.MetricsPeriod);
        try
        {
            await _loop.RunAsync(once, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Stopped as asked.
        }
        catch (Exception failure)
        {
            _happened.Failed(failure);
            failed = true;
        }

        _report.IsCapturing = false;
        _happened.Stopping();
        _supervision?.Stopping(_options.ShutdownTimeout);
        _capture.Dispose();
        _loop.Finish();
        _logs.Complete();
        await _deliveries.DrainAsync(_options.ShutdownTimeout);
        _happened.Stopped(_stream.LastSequence);
        return failed ? AgentEnd.Failed : _deliveries.Deserted.IsCancellationRequested ? AgentEnd.ReaderGone : AgentEnd.StoppedAsAsked;
    }

    /// <summary>What has been counted so far. Any thread.</summary>
    public AgentFigures Figures => _report.Figures;

    /// <inheritdoc cref="AgentReport.Readiness"/>
    public (bool IsReady, string Words) Readiness => _report.Readiness;

    /// <summary>Tells of the connections that there are. Any thread.</summary>
    public Task<ConnectionsPage?> AskAsync(ConnectionsQuestion question, CancellationToken cancellationToken) =>
        _questions.AskAsync(question, cancellationToken);

    /// <summary>Has a snapshot taken now instead of at the next poll.</summary>
    public void SnapshotNow() => _capture.SnapshotNow();

    /// <summary>
    /// Has this taken out from now on while the agent runs, also of what is known already. One call at a time.
    /// </summary>
    public void Redact(RedactOptions options)
    {
        if (!options.IsSameAs(_redact))
        {
            _redact = options;
            _secrets.Now = SecretsOf(options);
            _engine?.RefreshAll();
            SnapshotNow(); // the loop may sleep
        }
    }

    /// <summary>Makes these the outputs while the agent runs; none that stays loses an event. One call at a time.</summary>
    public Task ReplaceOutputsAsync(IReadOnlyList<OutputPlan> outputs)
    {
        _queues.Outputs = outputs;
        return _deliveries.ReplaceAsync(outputs);
    }

    /// <summary>Has events go through these from the next one on.</summary>
    public void ReplaceProcessors(IReadOnlyList<ProcessorOptions> processors) =>
        _stream.Process(new EventProcessors(processors, _fields));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _capture.Dispose();
        _questions.Dispose();
        await _deliveries.DisposeAsync();
        _queues.Dispose();
        await _processes.DisposeAsync();
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        if (_tunnels is not null)
        {
            await _tunnels.DisposeAsync();
        }

        _translations?.Dispose();
        if (_state is not null)
        {
            await _state.DisposeAsync();
        }
    }

    private static (DockerEngine Engine, ContainerFeed Feed) AskEngine(
        EnrichmentOptions options, SecretsInForce secrets, ILoggerFactory logs, TimeProvider time)
    {
        Channel<ContainerNews> news = Channel.CreateBounded<ContainerNews>(ContainerNewsInFlight);
        DockerEngine engine = DockerEngine.Start(
            options.DockerEnvironment, secrets, Environment.GetEnvironmentVariable, news.Writer,
            new ContainerHappenings(logs.CreateLogger<ContainerHappenings>()), time);
        return (engine, new ContainerFeed(new ContainerDirectory(engine.Request), news.Reader));
    }

    private ITimer? StartMetrics(TimeSpan period) => period > TimeSpan.Zero
        ? _time.CreateTimer(
            _ => _happened.Metrics(_stream.LastSequence, _stream.Dropped, _table.Count, _delivery.Ledger), null, period, period)
        : null;

    private void TellStart()
    {
        foreach (Connection connection in _previous?.Open ?? [])
        {
            _table.Restore(connection);
        }

        if (_previous is { Open.Count: > 0 })
        {
            _happened.Restored(_previous.Open.Count);
        }

        _stream.Tell(EventAction.AgentStarted, run: new RunFacts
        {
            PreviousRun = _previous?.Run.ToString(),
            PreviousLastSequence = _previous?.LastSequence,
            PreviousClean = _previous?.WasClean,
        });
        _state?.Compact(_table.Connections, _stream.LastSequence);
    }

    /// <summary>What looks for the owners of sockets in /proc, and for their containers.</summary>
    /// <param name="options">How much of a process is told.</param>
    /// <param name="time">The clock.</param>
    public static HostScanner CreateScanner(EnrichmentOptions options, TimeProvider time) =>
        CreateScanner(options, new SecretsInForce(SecretsOf(options.Redact)), UserNames.OfSystem(time), time, looks: null);

    /// <summary>The same where eBPF programs tell owners, and what knows the processes that they tell of.</summary>
    /// <param name="options">How much of a process is told.</param>
    /// <param name="cgroups">What control groups say.</param>
    /// <param name="users">Names of users.</param>
    /// <param name="time">The clock.</param>
    public static (HostScanner Scanner, HeardProcesses Heard) CreateLooks(
        EnrichmentOptions options, CgroupDirectory cgroups, UserNames users, TimeProvider time)
    {
        SecretsInForce secrets = new(SecretsOf(options.Redact));
        HeardProcesses heard = new(ExposureOf(options, secrets), cgroups, users, time);
        return (CreateScanner(options, secrets, users, time, looks: false), heard);
    }

    /// <param name="options">How much of a process is told.</param>
    /// <param name="secrets">What is withheld.</param>
    /// <param name="users">Names of users.</param>
    /// <param name="time">The clock.</param>
    /// <param name="looks">Null looks for owners; else processes are read by their ids, with true at first all.</param>
    private static HostScanner CreateScanner(
        EnrichmentOptions options, SecretsInForce secrets, UserNames users, TimeProvider time, bool? looks)
    {
        ProcReader proc = new(ProcReader.System);
        string? cgroups = MountInfo.Read(proc)
            .Where(mount => mount.FileSystem == "cgroup2")
            .OrderByDescending(mount => mount.Root == "/") // not a part of the hierarchy, where there is the whole
            .FirstOrDefault().MountPoint;
        SharedContainers containers = new();
        ProcessFactsReader facts = new(proc, users, ExposureOf(options, secrets), containers, time);
        return new HostScanner(
            options.ExposeProcessInfo && looks is null ? new ProcessScanner(new WatchedProcessReader(proc, facts, time), time) : null,
            new CgroupScanner(cgroups is null ? null : new CgroupTree(cgroups), containers),
            new NamespaceScanner(proc, containers),
            secrets,
            options.ExposeProcessInfo && looks is { } all ? new ProcessLooks(proc, facts, beginsWithAll: all) : null);
    }

    private static ProcessExposure ExposureOf(EnrichmentOptions options, SecretsInForce secrets) => new()
    {
        CommandLine = options.ExposeCmdline,
        Environment = options.ExposeEnviron.All || options.ExposeEnviron.Names.Count > 0,
        Variables = options.ExposeEnviron.All ? null : options.ExposeEnviron.Names.ToHashSet(StringComparer.Ordinal),
        Secrets = secrets,
    };

    private static SecretRemoval SecretsOf(RedactOptions options) => Redactor.Of(options) is { } redactor
        ? new()
        {
            FromArguments = redactor.Arguments,
            FromLine = redactor.Line,
            FromVariable = redactor.Variable,
            FromLabel = redactor.Label,
        }
        : SecretRemoval.None;
}
