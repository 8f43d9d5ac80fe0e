namespace Connbeat.Delivery;

/// <summary>What an output did with a batch. Positions count from 0 within it; what is not named was delivered.</summary>
internal abstract record DeliveryResult
{
    private DeliveryResult()
    {
    }

    /// <summary>Every event is safe at the far end.</summary>
    public sealed record Delivered : DeliveryResult
    {
        /// <summary>The one instance that is needed.</summary>
        public static readonly Delivered All = new();
    }

    /// <summary>The far end is unwell; the same batch may succeed later.</summary>
    public sealed record RetryLater(string Reason, TimeSpan? After = null) : DeliveryResult;

    /// <summary>Some must be tried again, some will never be taken.</summary>
    public sealed record Partial(IReadOnlyList<int> Retry, TimeSpan? After, IReadOnlyList<Rejection> Rejected)
        : DeliveryResult
    {
        /// <summary>Why some must be tried again; null where the output does not say.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>
    /// The far end will never take this batch, and does not say which of its events is why. None of them was delivered;
    /// smaller batches of them may be.
    /// </summary>
    public sealed record Refused(string Reason) : DeliveryResult;
}

/// <summary>An event that the far end will never take, and why.</summary>
internal readonly record struct Rejection(int Position, string Reason);
