namespace Connbeat.Delivery;

/// <summary>
/// A place that events go to. It sends what it is given, once, and says what became of it; the pump decides what
/// follows. It never retries by itself and never drops in silence.
/// </summary>
internal interface IOutput : IAsyncDisposable
{
    /// <summary>The name under <c>output:</c> in connbeat.yml.</summary>
    string Name { get; }

    /// <summary>
    /// True where an attempt that ran out of time goes on all the same, as a write to a disk does that hangs: the same
    /// batch, the very list, has to be offered until it has ended.
    /// </summary>
    bool GoesOnLate => false;

    /// <summary>Sends a batch, oldest first.</summary>
    /// <exception cref="OutputClosedException">Nobody will ever read this output again.</exception>
    ValueTask<DeliveryResult> SendAsync(IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken);
}

/// <summary>The reader of an output has gone for good, as <c>head</c> does; the agent has nobody left to work for.</summary>
internal sealed class OutputClosedException(string output, Exception cause)
    : Exception($"the reader of output {output} has gone", cause);
