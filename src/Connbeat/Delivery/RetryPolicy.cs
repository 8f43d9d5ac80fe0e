using Connbeat.Config;
using Polly;
using Polly.Retry;

namespace Connbeat.Delivery;

/// <summary>When a batch is tried again: when the far end asks for it, else after a growing, jittered wait.</summary>
internal static class RetryPolicy
{
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
            DelayGenerator = static attempt => ValueTask.FromResult(AskedFor(attempt.Outcome.Result)),
            MaxRetryAttempts = options.MaxRetries < 0 ? int.MaxValue : options.MaxRetries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.BackoffInit,
            MaxDelay = options.BackoffMax,
            Randomizer = random,
        };
        return new ResiliencePipelineBuilder<DeliveryResult> { TimeProvider = time }.AddRetry(retry).Build();
    }

    private static bool IsUnfinished(DeliveryResult? result) =>
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
}
