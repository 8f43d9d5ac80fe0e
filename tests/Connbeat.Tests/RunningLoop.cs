using System.Text.Json;
using System.Threading.Channels;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Enrichment;
using Connbeat.Enrichment.Tunnels;
using Connbeat.Events;
using Connbeat.Telemetry;
using Connbeat.Tests.Capture;
using Connbeat.Tests.Support;
using Connbeat.Tests.Tracking;
using Connbeat.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests;

/// <summary>The agent's loop between a scripted engine and a log that the test reads, on a clock that it moves.</summary>
internal sealed class RunningLoop : IDisposable
{
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<ProcessScan> _scans = Channel.CreateUnbounded<ProcessScan>();
    private readonly CancellationTokenSource _stop = new();
    private readonly AgentLoop _loop;

    public RunningLoop(TrackingOptions? options = null, int logEvents = 10_000, bool ownersAreSought = true, bool once = false,
        Func<TimeProvider, Supervision>? supervised = null, bool tellsOwners = false)
    {
        Capture = new ScriptedCapture(Time) { TellsOwners = tellsOwners };
        DeliveryHappenings happened = new(NullLogger<DeliveryHappenings>.Instance);
        Log = new MemoryLog(new MemoryLogLimits(logEvents, 1 << 30), Time, happened);
        Cursor = Log.Open("test");
        Guid run = new("f1e2d3c4-b5a6-9788-6955-4a3b2c1d0e0f");
        HostFacts host = new() { Hostname = "h", Name = "h", Version = "0", Run = run };
        EventLogs logs = OneLog.Of(Log, new ConnbeatEncoder(host, new LocalAddresses()));
        WallClock wall = new(Time);
        NamespaceDirectory namespaces = new();
        TunnelFeed tunnels = new(new TunnelDirectory(), Tunnels.Reader);
        EventStream stream = new(
            logs, new Surroundings(Entries.Namespace, namespaces, Tunnels: tunnels.Directory),
            new EventIds(run, run), null, wall, Time);
        ListenerTable listeners = new();
        HeardProcesses? heard = tellsOwners
            ? new(new ProcessExposure(), new CgroupDirectory(), new UserNames(Time, uid => $"user {uid}", _ => null), Time)
            : null;
        OwnerSearch owners = new(new ProcessDirectory(), ownersAreSought, heard: heard);
        Announcements announcements = new(options ?? new TrackingOptions(), listeners, owners, stream.Tell);
        ConnectionTable table = new(listeners, announcements);
        Questions = new TableReader(table, stream, new ConnbeatEncoder(host, new LocalAddresses()), user: 33, Time);
        _loop = new AgentLoop(
            Capture, null, _scans.Reader, table, announcements, owners, namespaces,
            containers: null, stream, logs, new Pace(logs, Time, happened), null, wall, Time, Latency, Secrets, tunnels, Questions,
            supervised?.Invoke(Time));
        Running = _loop.RunAsync(once, _stop.Token);
    }

    public ManualTime Time { get; } = new();

    public SecretsInForce Secrets { get; } = new(SecretRemoval.None);

    /// <summary>What strongSwan says.</summary>
    public Channel<TunnelNews> Tunnels { get; } = Channel.CreateUnbounded<TunnelNews>();

    public ScriptedCapture Capture { get; }

    public MemoryLog Log { get; }

    public ILogCursor Cursor { get; }

    public TableReader Questions { get; }

    public Task Running { get; }

    /// <summary>A loop that has seen that there is nothing, and has looked at the processes.</summary>
    public static async Task<RunningLoop> StartedAsync(TrackingOptions? options = null, int logEvents = 10_000)
    {
        RunningLoop loop = new(options, logEvents);
        loop.Capture.Snapshot();
        loop.Scan();
        await loop.CatchUpAsync();
        return loop;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        Questions.Dispose();
    }

    public void Scan(params ProcessSighting[] sightings) => Scan(new ProcessScan { Sightings = sightings });

    public void Scan(ProcessScan scan) => _scans.Writer.TryWrite(scan);

    /// <summary>The next event, as soon as there is one; the clock stands still.</summary>
    public async Task<JsonElement> NextAsync()
    {
        EventBatch? batch = await Cursor.ReadAsync(1, 1, TimeSpan.Zero, CancellationToken.None).AsTask().WaitAsync(Patience);
        Cursor.Acknowledge(batch!.Last);
        return JsonDocument.Parse(batch.Events[0].Json).RootElement.Clone();
    }

    /// <summary>The next event; the clock moves on until there is one, and then stands.</summary>
    public async Task<JsonElement> NextInTimeAsync()
    {
        Task<JsonElement> next = NextAsync();
        await UntilAsync(() =>
        {
            if (Cursor.Ledger.Waiting == 0 && !next.IsCompleted)
            {
                Time.Advance(Latency);
            }

            return next.IsCompleted;
        });
        return await next;
    }

    /// <summary>Lets the loop run until something is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        using CancellationTokenSource patience = new(Patience);
        while (!isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits until the loop has taken in all that it was given, and returns what it had told by then.</summary>
    public async Task<List<string>> CatchUpAsync()
    {
        Capture.Overrun(lost: 4_711);
        List<string> told = [];
        while (true)
        {
            JsonElement next = await NextAsync();
            if (next.TryGetProperty("gap", out JsonElement gap) && gap.TryGetProperty("count", out JsonElement count) &&
                count.GetInt64() == 4_711)
            {
                return told;
            }

            told.Add(Text(next));
        }
    }

    /// <summary>Stops the loop as the agent does, and returns what was told and not read.</summary>
    public async Task<List<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(Patience);
        Capture.Dispose();
        _loop.Finish();
        Log.Complete();
        List<string> told = [];
        while (await Cursor.ReadAsync(1, 1, TimeSpan.Zero, CancellationToken.None) is { } batch)
        {
            Cursor.Acknowledge(batch.Last);
            told.Add(Text(JsonDocument.Parse(batch.Events[0].Json).RootElement));
        }

        return told;
    }

    /// <summary>Such as "connection_opened 40001 seen_at_start": the action, the local port, the reason.</summary>
    public static string Text(JsonElement @event)
    {
        JsonElement about = @event.GetProperty("event");
        string port = @event.TryGetProperty("local_port", out JsonElement local) ? $" {local}" : "";
        string reason = about.TryGetProperty("reason", out JsonElement why) ? $" {why.GetString()}" : "";
        return about.GetProperty("action").GetString() + port + reason;
    }
}
