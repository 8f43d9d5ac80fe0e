using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>Tells how an output fares when that changes, however often it is tried meanwhile.</summary>
internal sealed class OutputHealth(OutputLedger output, DeliveryHappenings happened)
{
    private long _failures;
    private bool _rejecting;
    private bool _givingUp;

    /// <summary>One attempt has been answered.</summary>
    public void Answered(DeliveryResult result)
    {
        switch (result)
        {
            case DeliveryResult.Delivered:
                Recovered();
                _rejecting = false;
                break;

            case DeliveryResult.RetryLater later:
                Failed(later.Reason);
                break;

            case DeliveryResult.Partial partial:
                Rejected(partial.Rejected);
                if (partial.Retry.Count > 0)
                {
                    Failed($"it wants {partial.Retry.Count} events of a batch again");
                }
                else
                {
                    Recovered();
                }

                break;
        }
    }

    /// <summary>The last attempt that was allowed has failed.</summary>
    public void GaveUp(int events, int maxRetries)
    {
        if (!_givingUp)
        {
            _givingUp = true;
            happened.EventsGivenUp(output, events, maxRetries);
        }
    }

    private void Failed(string reason)
    {
        if (_failures++ == 0)
        {
            happened.OutputUnwell(output, reason);
        }
    }

    private void Recovered()
    {
        _givingUp = false;
        if (_failures > 0)
        {
            happened.OutputWell(output, _failures);
            _failures = 0;
        }
    }

    private void Rejected(IReadOnlyList<Rejection> rejected)
    {
        if (rejected.Count > 0 && !_rejecting)
        {
            _rejecting = true;
            happened.EventsRejected(output, rejected.Count, rejected[0].Reason);
        }
    }
}
