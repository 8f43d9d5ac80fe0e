namespace Connbeat.Delivery;

/// <summary>
/// How much an output is trusted with at once. After several failures in succession it is given one event to try with
/// each attempt; when it has taken that, twice as many, and so on, so that a far end that has just come back is not met
/// with all that waited.
/// </summary>
/// <remarks>
/// Polly's breaker goes by the share of failures within a window of the wall clock. One sender that waits up to an hour
/// between attempts makes too few for a share, and the wall clock may jump.
/// </remarks>
internal sealed class CircuitBreaker
{
    /// <summary>So many failures in succession open it.</summary>
    public const int FailuresToOpen = 5;

    private int _failures;

    /// <summary>The most events that may be tried at once.</summary>
    public int Limit { get; private set; } = int.MaxValue;

    /// <summary>An attempt came to nothing.</summary>
    /// <returns>True where that is one too many.</returns>
    public bool Failed()
    {
        _failures++;
        if (_failures < FailuresToOpen)
        {
            return false;
        }

        Limit = 1;
        return _failures == FailuresToOpen;
    }

    /// <summary>The far end has answered for so many events: some were taken, or refused.</summary>
    public void Answered(int events)
    {
        _failures = 0;
        if (events >= Limit)
        {
            Limit = Limit > int.MaxValue / 2 ? int.MaxValue : Limit * 2;
        }
    }
}
