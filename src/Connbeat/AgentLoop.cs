using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Connbeat.Capture;
using Connbeat.Delivery;
using Connbeat.Enrichment;
using Connbeat.Enrichment.Tunnels;
using Connbeat.Events;
using Connbeat.Telemetry;
using Connbeat.Tracking;
using Connbeat.Tracking.State;

namespace Connbeat;

/// <summary>
/// The one loop that owns the table, the process directory and the sequence. It takes what capture and the process
/// worker bring, tells what follows, and never waits for anything else.
/// </summary>
internal sealed class AgentLoop(
    ICapture capture,
    ProcessWorker? processes,
    ChannelReader<ProcessScan> scans,
    ConnectionTable table,
    Announcements announcements,
    OwnerSearch owners,
    NamespaceDirectory namespaces,
    ContainerFeed? containers,
    EventStream stream,
    EventLogs logs,
    Pace pace,
    StateFile? state,
    WallClock wall,
    TimeProvider time,
    TimeSpan latency,
    SecretsInForce? secrets = null,
    TunnelFeed? tunnels = null,
    TableReader? questions = null,
    Supervision? supervision = null)
{
    /// <summary>However many connections come and go, owners arrive, losses are told, and nothing waits beyond its time.</summary>
    private const int BatchesInATurn = 16;

    /// <summary>How long the loop waits, before all else, to learn which processes there are.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);

    /// <summary>How long the loop waits after a look at the host failed.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RoomCheck = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan AliveInterval = TimeSpan.FromMinutes(1);

    private readonly LossReports _losses = new(logs, latency, AliveInterval);

    private Task<bool>? _batchReady;
    private Task<bool>? _scanReady;
    private Task<bool>? _newsReady;
    private Task<bool>? _questionReady;
    private Task<bool>? _tunnelsReady;
    private Task<bool>? _tick;
    private SecretRemoval? _secrets; // what is withheld of all that is known
    private long _lastAlive;
    private long? _scanFailedAt;
    private bool _isScanning;
    private bool _sawSnapshot;
    private bool _isSettled;

    /// <summary>Runs until it is stopped, or, with <paramref name="once"/>, until the first snapshot is told.</summary>
    /// <exception cref="Exception">Whatever ended the capture engine.</exception>
    public async Task RunAsync(bool once, CancellationToken stop)
    {
        using PeriodicTimer timer = new(latency, time);
        _lastAlive = time.GetTimestamp();
        _secrets = secrets?.Now;
        if (capture.TellsOwners)
        {
            await LookFirstAsync(stop);
        }

        while (!stop.IsCancellationRequested)
        {
            TakeSecrets();
            bool worked = ReadBatches(BatchesInATurn) | ReadScans() | ReadNews() | ReadTunnels() | (questions?.Work() ?? false);
            Advance();
            if (once && _sawSnapshot && !announcements.AreWaiting)
            {
                return;
            }

            if (worked)
            {
                continue;
            }

            if (_sawSnapshot && !_isSettled && !announcements.AreWaiting)
            {
                Settle();
            }

            if (capture.Batches.Completion.IsCompleted)
            {
                await capture.Batches.Completion;
                return;
            }

            // An idle agent sleeps until it is told something; the clock matters only where something waits for it.
            TimeSpan period = announcements.WaitForRoom ? RoomCheck
                : announcements.AreWaiting || owners.Sought > 0 ? latency : AliveInterval;
            if (supervision?.Pulse < period)
            {
                period = supervision.Pulse.Value;
            }

            if (timer.Period != period)
            {
                timer.Period = period;
            }

            await WaitAsync(timer, stop);
        }
    }

    /// <summary>Takes in what capture still brought, after it was stopped, and tells whatever was waiting.</summary>
    public void Finish()
    {
        questions?.Close();
        TakeSecrets();
        ReadBatches(int.MaxValue);
        ReadScans();
        ReadNews();
        ReadTunnels();
        announcements.Advance(time.GetTimestamp(), pace.HasRoom);
        announcements.Flush(time.GetTimestamp());
        TellGap(pace.Finish());
        TellLosses(pace.HasRoom() ? logs.TakeLosses() : []);
        state?.Stopped(stream.LastSequence);
    }

    /// <summary>
    /// Learns which processes there are, now that the engine tells of all that begin: who was there before, and connects for
    /// a millisecond, may be gone when he is looked up. What the engine tells meanwhile waits, as far as there is room for it.
    /// </summary>
    private async Task LookFirstAsync(CancellationToken stop)
    {
        _isScanning = true; // it was asked for when the engine was opened
        _scanReady = scans.WaitToReadAsync(stop).AsTask();
        await Task.WhenAny(_scanReady, Task.Delay(FirstLook, time, stop));
        ReadScans();
    }

    /// <summary>
    /// Gives back what only the start needed: everything at once is told then, and hardly ever again as much. Of
    /// 200,000 sockets that is a third of the memory.
    /// </summary>
    private void Settle()
    {
        _isSettled = true;
        announcements.TrimExcess();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>
    /// Where something else is withheld from now on, it is withheld of all that is known, and the worker tells it anew.
    /// </summary>
    private void TakeSecrets()
    {
        if (secrets?.Now is not { } now || ReferenceEquals(now, _secrets))
        {
            return;
        }

        _secrets = now;
        owners.Withhold(now, table.Connections);
        state?.Compact(table.Connections, stream.LastSequence);
        RequestScan();
    }

    private bool ReadBatches(int most)
    {
        int read = 0;
        while (read < most && capture.Batches.TryRead(out ObservationBatch? batch))
        {
            read++;
            if (batch.Kind is BatchKind.Namespaces)
            {
                namespaces.Apply(batch.Namespaces);
            }

            table.Observe(batch);
            if (batch.Kind is BatchKind.Overrun or BatchKind.Uncounted)
            {
                stream.Tell(EventAction.Gap, gap: GapOf(batch));
            }

            if (batch is { Kind: BatchKind.Overrun, Namespace: 0 })
            {
                owners.Overran(Math.Max(batch.Begin, batch.End)); // execs may be among what was lost
            }

            if (batch is { IsLast: true, Kind: BatchKind.Snapshot })
            {
                _sawSnapshot |= batch.IsComplete;
                RequestScan();
            }

            batch.Release();
        }

        return read > 0;
    }

    private GapFacts GapOf(ObservationBatch overrun) => new(
        "capture",
        overrun.Kind is BatchKind.Uncounted ? "flow_table_full" : overrun.Namespace == 0 ? "ring_overrun" : "receive_buffer_overrun",
        overrun.Lost > 0 ? overrun.Lost : null,
        wall.At(overrun.Begin),
        wall.At(Math.Max(overrun.Begin, overrun.End)));

    private bool ReadScans()
    {
        bool any = false;
        while (scans.TryRead(out ProcessScan? scan))
        {
            any = true;
            _isScanning = false;
            if (scan.HasFailed)
            {
                _scanFailedAt = time.GetTimestamp();
                continue;
            }

            _scanFailedAt = null;
            owners.Apply(IsOutOfDate(scan.Secrets, out SecretRemoval? now) ? scan.Without(now) : scan);
            announcements.OwnersArrived(time.GetTimestamp());
        }

        return any;
    }

    private bool ReadNews()
    {
        bool any = false;
        while (containers is not null && containers.News.TryRead(out ContainerNews? news))
        {
            any = true;
            containers.Directory.Apply(IsOutOfDate(news.Secrets, out SecretRemoval? now) ? news.Without(now) : news);
        }

        if (any)
        {
            announcements.OwnersArrived(time.GetTimestamp());
        }

        return any;
    }

    private bool ReadTunnels()
    {
        bool any = false;
        while (tunnels is not null && tunnels.News.TryRead(out TunnelNews? news))
        {
            any = true;
            switch (news)
            {
                case TunnelNews.Happened happened:
                    stream.Tell(happened.Action, tunnel: happened.Tunnel);
                    break;
                case TunnelNews.State state when tunnels.Directory.Apply(state.Map) is { Count: > 0 } newlyDown:
                    stream.TellUnprotected(newlyDown, table.Connections);
                    break;
            }
        }

        return any;
    }

    /// <summary>True where less, or something else, was withheld than is to be withheld now.</summary>
    private bool IsOutOfDate(SecretRemoval? withheld, [NotNullWhen(true)] out SecretRemoval? now)
    {
        now = _secrets;
        return withheld is not null && now is not null && !ReferenceEquals(withheld, now);
    }

    private void Advance()
    {
        long now = time.GetTimestamp();
        supervision?.Beat(now);
        announcements.Advance(now, pace.HasRoom);
        TellGap(pace.TakeGap());
        TellLosses(pace.HasRoom() ? _losses.Due(now) : []);
        if (owners.Sought > 0 && !_isScanning && !(_scanFailedAt is { } failed && time.GetElapsedTime(failed, now) < AfterFailure))
        {
            RequestScan();
        }

        if (time.GetElapsedTime(_lastAlive, now) >= AliveInterval)
        {
            _lastAlive = now;
            wall.Adjust();
            stream.Tell(EventAction.AgentAlive, run: new RunFacts { LastSequence = stream.LastSequence });
        }

        if (state is not null)
        {
            if (state.WantsCompaction)
            {
                state.Compact(table.Connections, stream.LastSequence);
            }

            state.Flush();
        }
    }

    private void TellGap(GapFacts? gap)
    {
        if (gap is not null)
        {
            stream.Tell(EventAction.Gap, gap: gap);
        }
    }

    private void TellLosses(IReadOnlyList<Loss> losses)
    {
        foreach (Loss loss in losses)
        {
            stream.Tell(
                EventAction.Gap, gap: new GapFacts("delivery", loss.Reason.Name(), loss.Count, loss.From, loss.To, loss.Output));
        }
    }

    private void RequestScan()
    {
        if (processes is not null)
        {
            _isScanning = true;
            processes.Request(owners.Request(time.GetTimestamp()));
        }
    }

    private async Task WaitAsync(PeriodicTimer timer, CancellationToken stop)
    {
        if (_batchReady is null or { IsCompleted: true })
        {
            _batchReady = capture.Batches.WaitToReadAsync(stop).AsTask();
        }

        if (_scanReady is null or { IsCompleted: true })
        {
            _scanReady = scans.WaitToReadAsync(stop).AsTask();
        }

        if (_tick is null or { IsCompleted: true })
        {
            _tick = timer.WaitForNextTickAsync(stop).AsTask();
        }

        if (containers is not null && _newsReady is null or { IsCompleted: true })
        {
            _newsReady = containers!.News.WaitToReadAsync(stop).AsTask();
        }

        if (tunnels is not null && _tunnelsReady is null or { IsCompleted: true })
        {
            _tunnelsReady = tunnels!.News.WaitToReadAsync(stop).AsTask();
        }

        if (questions is not null && _questionReady is null or { IsCompleted: true })
        {
            _questionReady = questions!.WaitAsync(stop).AsTask();
        }

        await Task.WhenAny([_batchReady, _scanReady, _tick, .. Of(_newsReady), .. Of(_tunnelsReady), .. Of(_questionReady)]);
    }

    private static ReadOnlySpan<Task> Of(Task<bool>? task) => task is null ? [] : new ReadOnlySpan<Task>([task]);
}
