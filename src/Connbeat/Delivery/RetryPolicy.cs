using Connbeat.Config;
using Polly;
using Polly.Retry;

namespace Connbeat.Delivery;

/// <summary>
/// When a batch is tried again: when the far end asks for it, else after a wait of any length up to a bound that doubles
/// with each attempt. Agents that lost the same server at the same moment so come back spread over all of that time; see
/// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "full jitter". Polly's own jitter keeps
/// near the middle.
/// </summary>
internal static class RetryPolicy
{
    /// <summary>Chance may say "at once"; this is what it gets.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <param name="options">Waits and the number of attempts.</param>
    /// <param name="time">What the waits are measured by.</param>
    /// <param name="random">The jitter: numbers from 0 to 1.</param>
    public static ResiliencePipeline<DeliveryResult> Build(PumpOptions options, TimeProvider time, Func<double> random)
    {
        if (options.MaxRetries == 0)
        {
            return ResiliencePipeline<DeliveryResult>.Empty;
        }

        RetryStrategyOptions<DeliveryResult> retry = new()
        {
            ShouldHandle = static attempt => ValueTask.FromResult(IsUnfinished(attempt.Outcome.Result)),
            DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(
                AskedFor(attempt.Outcome.Result) ?? Jittered(Bound(options, attempt.AttemptNumber), random())),
            MaxRetryAttempts = options.MaxRetries < 0 ? int.MaxValue : options.MaxRetries,
        };
        return new ResiliencePipelineBuilder<DeliveryResult> { TimeProvider = time }.AddRetry(retry).Build();
    }

    /// <summary>True where some of a batch has to be sent again, after a while.</summary>
    public static bool IsUnfinished(DeliveryResult? result) =>
        result is DeliveryResult.RetryLater or DeliveryResult.Partial { Retry.Count: > 0 };

    /// <summary>Null leaves the wait to the backoff. So does "at once": obeying it would be a busy loop.</summary>
    private static TimeSpan? AskedFor(DeliveryResult? result)
    {
        TimeSpan? after = result switch
        {
            DeliveryResult.RetryLater later => later.After,
            DeliveryResult.Partial partial => partial.After,
            _ => null,
        };
        return after > TimeSpan.Zero ? after : null;
    }

    /// <summary>The longest wait after so many attempts, the first of which is 0.</summary>
    private static TimeSpan Bound(PumpOptions options, int attempt)
    {
        double bound = options.BackoffInit.TotalMilliseconds * Math.Pow(2, attempt);
        return bound < options.BackoffMax.TotalMilliseconds ? TimeSpan.FromMilliseconds(bound) : options.BackoffMax;
    }

    private static TimeSpan Jittered(TimeSpan bound, double random) =>
        bound * random > ShortestWait ? bound * random : ShortestWait;
}
