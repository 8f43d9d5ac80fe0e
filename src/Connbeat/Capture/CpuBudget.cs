namespace Connbeat.Capture;

/// <summary>
/// Keeps what is done again and again within a share of one processor: what is not spent is saved up to a limit, what
/// is overspent is waited for.
/// </summary>
/// <param name="share">The share, as in 0.01.</param>
/// <param name="most">The most that can be saved up; so much there is at the start.</param>
/// <param name="time">The clock.</param>
internal sealed class CpuBudget(double share, TimeSpan most, TimeProvider time)
{
    private TimeSpan _spent;
    private long _countedAt = time.GetTimestamp();

    /// <summary>False as long as more was spent than was earned and saved up.</summary>
    public bool Allows()
    {
        long now = time.GetTimestamp();
        TimeSpan earned = time.GetElapsedTime(_countedAt, now) * share;
        _countedAt = now;
        _spent = _spent > earned ? _spent - earned : TimeSpan.Zero;
        return _spent <= most;
    }

    /// <summary>Takes from it what something cost.</summary>
    public void Spend(TimeSpan cost) => _spent += cost;

    /// <summary>How often something of that cost can be done in the long run.</summary>
    public TimeSpan IntervalFor(TimeSpan cost) => cost / share;
}
