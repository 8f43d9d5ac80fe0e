using Connbeat.Delivery;

namespace Connbeat.KernelTests.Agents;

/// <summary>Keeps every event that an agent delivers, and wakes who waits for them.</summary>
internal sealed class CollectingOutput : IOutput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<SeenEvent> _events = [];
    private TaskCompletionSource _more = NewSignal();

    /// <inheritdoc/>
    public string Name => "collector";

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
    /// <exception cref="TimeoutException">They never were; the message tells what there was.</exception>
    public async Task WaitAsync(string wanted, Func<IReadOnlyList<SeenEvent>, bool> areEnough)
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
                await more.WaitAsync(patience.Token);
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
