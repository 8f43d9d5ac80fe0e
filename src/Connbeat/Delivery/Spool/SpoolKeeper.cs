namespace Connbeat.Delivery.Spool;

/// <summary>
/// Has the log on disk kept up on a thread of its own, where waiting for the disk delays nobody: a while after something
/// has changed, and again where something is left to do. An idle log wakes nobody.
/// </summary>
internal sealed class SpoolKeeper : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Func<bool> _keep;
    private readonly TimeSpan _pause;
    private readonly AutoResetEvent _due = new(initialState: false);
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private int _isAsked;
    private volatile bool _isStopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="keep">What it does; false where something is to be tried again.</param>
    /// <param name="pause">How long it waits after it was asked.</param>
    /// <param name="time">The clock.</param>
    public SpoolKeeper(Func<bool> keep, TimeSpan pause, TimeProvider time)
    {
        _keep = keep;
        _pause = pause;
        _timer = time.CreateTimer(
            static due => ((AutoResetEvent)due!).Set(), _due, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { Name = "spool", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Something has changed. Cheap where that is known.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _isAsked) == 0 && Interlocked.Exchange(ref _isAsked, 1) == 0)
        {
            Arm(_pause);
        }
    }

    /// <summary>Waits until the thread has ended.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _timer.Dispose();
        _due.Set();
        _thread.Join();
        _due.Dispose();
    }

    private void Arm(TimeSpan pause)
    {
        if (pause == TimeSpan.Zero)
        {
            _due.Set();
        }
        else
        {
            _timer.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void Run()
    {
        while (true)
        {
            _due.WaitOne();
            if (_isStopping)
            {
                return;
            }

            Volatile.Write(ref _isAsked, 0); // what comes from now on may come too late for this time
            if (!_keep() && Interlocked.Exchange(ref _isAsked, 1) == 0)
            {
                Arm(_pause > Retry ? _pause : Retry);
            }
        }
    }
}
