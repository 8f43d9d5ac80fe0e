using System.Collections.Concurrent;
using Connbeat.Delivery;
using Connbeat.Telemetry;

namespace Connbeat;

/// <summary>
/// The outputs at work: each reads its log through a cursor of its own, fed by a pump of its own. They can be replaced
/// while they run, and none loses an event by it. Starting, replacing and ending are for one thread at a time.
/// </summary>
internal sealed class Deliveries(EventLogs logs, TimeProvider time, DeliveryHappenings happened) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _abandon = new();
    private readonly CancellationTokenSource _deserted = new();

    /// <summary>Cancelled where the readers of all outputs have gone for good: there is nobody to work for.</summary>
    public CancellationToken Deserted => _deserted.Token;

    /// <summary>The names of the outputs that there are.</summary>
    public IEnumerable<string> Outputs => _routes.Keys;

    /// <summary>When the oldest event happened that waits for each output; null where none waits. Any thread.</summary>
    public IEnumerable<(string Output, DateTimeOffset? Oldest)> Waiting =>
        _routes.Values.Select(route => (route.Plan.Name, route.Cursor.OldestWaiting));

    /// <summary>Opens the first outputs, and begins to feed them.</summary>
    public void Start(IEnumerable<OutputPlan> plans)
    {
        foreach (OutputPlan plan in plans)
        {
            Begin(plan, logs.Of(plan.Pump.Schema).Open(plan.Name), unsettled: null);
        }
    }

    /// <summary>
    /// Makes these the outputs: new ones begin with what happens from now on, those that are gone finish what they are
    /// sending and give up the rest, those with other settings go on where they were, and the others are only reopened.
    /// </summary>
    public async Task ReplaceAsync(IReadOnlyList<OutputPlan> plans)
    {
        IEnumerable<Route> gone = _routes.Values.Where(route => !plans.Any(plan => plan.Name == route.Plan.Name));
        await Task.WhenAll([.. gone.Select(EndAsync), .. plans.Select(ReplaceAsync)]);
    }

    /// <summary>Waits until every output has all of a completed log, or the deadline has passed.</summary>
    public async Task DrainAsync(TimeSpan deadline)
    {
        using ITimer timer = time.CreateTimer(_ => _abandon.Cancel(), null, deadline, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(_routes.Values.Select(route => route.Pumping));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _abandon.CancelAsync();
        foreach (Route route in _routes.Values)
        {
            await route.Pumping;
            await route.DisposeAsync();
        }

        _abandon.Dispose();
        _deserted.Dispose();
    }

    private async Task ReplaceAsync(OutputPlan plan)
    {
        if (!_routes.TryGetValue(plan.Name, out Route? route))
        {
            Begin(plan, logs.Of(plan.Pump.Schema).Open(plan.Name), unsettled: null);
        }
        else if (route.Plan.Settings.Equals(plan.Settings))
        {
            (route.Output as IReopenable)?.Reopen();
            route.DeadLetters?.Reopen();
        }
        else if (await HandOverAsync(route) is PumpEnd.HandedOver)
        {
            Begin(plan, route.Cursor, route.Pump.Unsettled);
        }
    }

    private void Begin(OutputPlan plan, ILogCursor cursor, PendingBatch? unsettled)
    {
        IOutput output = plan.Open();
        DeadLetterFile? deadLetters = plan.Pump.DeadLetterFile is { } path
            ? new DeadLetterFile(path, cursor.Ledger, time, happened)
            : null;
        Route route = new(plan, output, cursor, deadLetters, new Pump(
            output, cursor, plan.Pump, time, happened, deadLetters, unsettled));
        _routes[plan.Name] = route;
        route.Pumping = Task.Run(() => FeedAsync(route), CancellationToken.None);
    }

    private async Task<PumpEnd> FeedAsync(Route route)
    {
        PumpEnd end = await route.Pump.RunAsync(_abandon.Token, route.HandOver.Token);
        if (end is PumpEnd.OutputClosed)
        {
            route.IsDeserted = true;
            if (_routes.Values.All(other => other.IsDeserted))
            {
                await _deserted.CancelAsync();
            }
        }

        return end;
    }

    private async Task EndAsync(Route route)
    {
        if (await HandOverAsync(route) is PumpEnd.HandedOver)
        {
            long lost = route.Cursor.Close(LossReason.OutputRemoved);
            if (lost > 0)
            {
                happened.EventsAbandoned(route.Cursor.Ledger, lost, LossReason.OutputRemoved);
            }
        }

        _routes.TryRemove(route.Plan.Name, out _);
    }

    private static async Task<PumpEnd> HandOverAsync(Route route)
    {
        await route.HandOver.CancelAsync();
        PumpEnd end = await route.Pumping;
        await route.DisposeAsync();
        return end;
    }

    /// <summary>One output with its place in the log.</summary>
    private sealed class Route(
        OutputPlan plan, IOutput output, ILogCursor cursor, DeadLetterFile? deadLetters, Pump pump) : IAsyncDisposable
    {
        public OutputPlan Plan { get; } = plan;

        public IOutput Output { get; } = output;

        public ILogCursor Cursor { get; } = cursor;

        public DeadLetterFile? DeadLetters { get; } = deadLetters;

        public Pump Pump { get; } = pump;

        public CancellationTokenSource HandOver { get; } = new();

        public Task<PumpEnd> Pumping { get; set; } = Task.FromResult(PumpEnd.Drained);

        public volatile bool IsDeserted;

        public async ValueTask DisposeAsync()
        {
            await Output.DisposeAsync();
            DeadLetters?.Dispose();
            HandOver.Dispose();
        }
    }
}
