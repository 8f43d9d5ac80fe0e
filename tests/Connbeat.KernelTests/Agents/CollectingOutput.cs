using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.KernelTests.Agents;

/// <summary>Keeps every event that an agent delivers, and wakes who waits for them.</summary>
internal sealed class CollectingOutput : IOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<SeenEvent> _events = [];
    private TaskCompletionSource _more = NewSignal();

    /// <inheritdoc/>
    public string Name => "collector";

    /// <summary>Hands it over as a configured output, which waits for nothing.</summary>
    public OutputPlan Plan => new(Name, this, new PumpOptions { FlushInterval = TimeSpan.Zero }, () => this);

    /// <summary>All events so far.</summary>
    public IReadOnlyList<SeenEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<DeliveryResult> SendAsync(IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _events.AddRange(batch.Select(@event => new SeenEvent(@event.Json)));
            (more, _more) = (_more, NewSignal());
        }

        more.SetResult();
        return ValueTask.FromResult<DeliveryResult>(DeliveryResult.Delivered.All);
    }

    /// <summary>Waits until the events so far are enough.</summary>
    /// <param name="wanted">What is waited for, in words.</param>
    /// <param name="areEnough">Says whether they are.</param>
    /// <param name="nudge">What to do whenever nothing has come for a moment; null only waits.</param>
    /// <exception cref="TimeoutException">They never were; the message tells what there was.</exception>
    public async Task WaitAsync(
        string wanted, Func<IReadOnlyList<SeenEvent>, bool> areEnough, Func<Task>? nudge = null)
    {
        using CancellationTokenSource patience =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                more = _more.Task;
            }

            if (areEnough(Events))
            {
                return;
            }

            try
            {
                await more.WaitAsync(nudge is null ? Timeout.InfiniteTimeSpan : Moment, patience.Token);
            }
            catch (TimeoutException)
            {
                await nudge!();
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"Waited for\n  {wanted}\nbut was told\n  {string.Join("\n  ", Events.Select(seen => seen.Line))}");
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
