namespace Connbeat.Delivery;

/// <summary>Wakes one reader when it is rung or the reader has waited long enough. It may ring for nothing.</summary>
internal sealed class Doorbell
{
    private readonly ITimer _timer;
    private TaskCompletionSource? _waiter;

    public Doorbell(TimeProvider time) => _timer = time.CreateTimer(
        static bell => ((Doorbell)bell!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>From this call on a ring completes the task; so does the time, unless it is infinite.</summary>
    public Task WaitAsync(TimeSpan atMost)
    {
        TaskCompletionSource waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _waiter, waiter);
        _timer.Change(atMost, Timeout.InfiniteTimeSpan);
        return waiter.Task;
    }

    public void Ring() => Interlocked.Exchange(ref _waiter, null)?.TrySetResult();

    public void Close()
    {
        _timer.Dispose();
        Ring();
    }
}
