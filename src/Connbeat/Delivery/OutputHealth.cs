using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>Tells how an output fares when that changes, however often it is tried meanwhile.</summary>
/// <param name="output">The output.</param>
/// <param name="deadLetters">Where events go that it will never get; null: they are dropped.</param>
/// <param name="happened">Takes what is worth telling.</param>
internal sealed class OutputHealth(OutputLedger output, string? deadLetters, DeliveryHappenings happened)
{
    private readonly CircuitBreaker _breaker = new();
    private long _failures;
    private bool _rejecting;
    private bool _rejectedOfBatch;
    private bool _givingUp;

    /// <summary>The most events that it is to be given at once.</summary>
    public int Limit => _breaker.Limit;

    /// <summary>One attempt has been answered.</summary>
    /// <param name="result">How.</param>
    /// <param name="sent">Of how many events it was.</param>
    public void Answered(DeliveryResult result, int sent)
    {
        switch (result)
        {
            case DeliveryResult.RetryLater later:
                Failed(later.Reason);
                break;

            case DeliveryResult.Partial { Retry.Count: > 0 } partial:
                Rejected(partial.Rejected);
                Failed(
                    partial.Reason ?? $"it wants {partial.Retry.Count} events of a batch again", sent - partial.Retry.Count);
                break;

            case DeliveryResult.Partial partial:
                Rejected(partial.Rejected);
                Recovered(sent);
                break;

            default:
                Recovered(sent);
                break;
        }
    }

    /// <summary>All of a batch is delivered or rejected.</summary>
    public void BatchSettled()
    {
        _rejecting = _rejectedOfBatch;
        _rejectedOfBatch = false;
    }

    /// <summary>The last attempt that was allowed has failed.</summary>
    public void GaveUp(int events, int maxRetries)
    {
        if (!_givingUp)
        {
            _givingUp = true;
            happened.EventsGivenUp(output, events, maxRetries, deadLetters);
        }
    }

    private void Failed(string reason, int settled = 0)
    {
        output.IsWell = false;
        if (_failures++ == 0)
        {
            happened.OutputUnwell(output, reason);
        }

        if (settled > 0)
        {
            _breaker.Answered(settled);
            output.IsDown = false;
        }
        else if (_breaker.Failed())
        {
            output.IsDown = true;
            happened.OutputDown(output, CircuitBreaker.FailuresToOpen, reason);
        }
    }

    private void Recovered(int events)
    {
        _breaker.Answered(events);
        output.IsWell = true;
        output.IsDown = false;
        _givingUp = false;
        if (_failures > 0)
        {
            happened.OutputWell(output, _failures);
            _failures = 0;
        }
    }

    private void Rejected(IReadOnlyList<Rejection> rejected)
    {
        if (rejected.Count == 0)
        {
            return;
        }

        _rejectedOfBatch = true;
        if (!_rejecting)
        {
            _rejecting = true;
            happened.EventsRejected(output, rejected.Count, rejected[0].Reason, deadLetters);
        }
    }
}
