namespace Connbeat.Delivery;

/// <summary>How one output is fed.</summary>
/// <param name="BulkMaxSize">Events per batch, at least 1.</param>
/// <param name="BulkMaxBytes">Bytes of JSON per batch; one event is always sent, however large.</param>
/// <param name="FlushInterval">Longest an event waits for company.</param>
/// <param name="Timeout">Longest that one attempt may take; 10 ms to a day.</param>
/// <param name="BackoffInit">The first wait after a failure, give or take its jitter.</param>
/// <param name="BackoffMax">No wait is longer, unless the far end asks for it.</param>
/// <param name="MaxRetries">Attempts after the first; negative means for ever.</param>
internal sealed record PumpOptions(
    int BulkMaxSize,
    long BulkMaxBytes,
    TimeSpan FlushInterval,
    TimeSpan Timeout,
    TimeSpan BackoffInit,
    TimeSpan BackoffMax,
    int MaxRetries);
