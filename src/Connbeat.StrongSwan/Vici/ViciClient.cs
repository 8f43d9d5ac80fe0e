namespace Connbeat.StrongSwan.Vici;

/// <summary>
/// Keeps one session with the daemon: opens it, registers for events, and opens it again after a pause where it ended.
/// </summary>
internal sealed class ViciClient : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(8);

    private readonly ViciAddress _address;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<string> _events;
    private readonly Action<string, ViciSection> _told;
    private readonly Action<string?> _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource<ViciSession> _session = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _keeping = Task.CompletedTask;

    /// <summary>Does nothing yet.</summary>
    /// <param name="address">Where the daemon listens.</param>
    /// <param name="timeout">The longest that connecting, or one answer, may take.</param>
    /// <param name="time">Measures timeouts and pauses.</param>
    /// <param name="events">The events to register for; those that the daemon does not have are passed over.</param>
    /// <param name="told">Takes the events, in order. It must not throw.</param>
    /// <param name="changed">Told null when a session has begun, and the reason when one has ended or could not begin.</param>
    public ViciClient(
        ViciAddress address,
        TimeSpan timeout,
        TimeProvider time,
        IReadOnlyList<string> events,
        Action<string, ViciSection> told,
        Action<string?> changed)
    {
        _address = address;
        _timeout = timeout;
        _time = time;
        _events = events;
        _told = told;
        _changed = changed;
    }

    /// <summary>Begins to keep a session.</summary>
    public void Start() => _keeping = KeepAsync();

    /// <summary>The session of now.</summary>
    /// <param name="cancellationToken">Ends the wait for the first attempt.</param>
    /// <exception cref="IOException">There is none; the message tells why.</exception>
    public Task<ViciSession> SessionAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _session.Task.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _stop.Dispose();
    }

    private async Task KeepAsync()
    {
        TimeSpan pause = FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            long began = _time.GetTimestamp();
            try
            {
                await using ViciSession session = await ViciSession.OpenAsync(_address, _timeout, _time, _told, _stop.Token);
                foreach (string name in _events)
                {
                    await session.RegisterAsync(name, _stop.Token);
                }

                Became(session);
                _changed(null);
                string reason = await session.Ended.WaitAsync(_stop.Token);
                Became(reason);
                _changed(reason);
            }
            catch (IOException failure)
            {
                Became(failure.Message);
                _changed(failure.Message);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                Became("it was closed");
                return;
            }

            pause = _time.GetElapsedTime(began) > LongestPause ? FirstPause : pause;
            try
            {
                await Task.Delay(pause, _time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private void Became(ViciSession session)
    {
        lock (_gate)
        {
            Renew();
            _session.SetResult(session);
        }
    }

    private void Became(string reason)
    {
        lock (_gate)
        {
            Renew();
            _session.SetException(new IOException(reason));
            _ = _session.Task.Exception; // nobody may ever ask
        }
    }

    /// <summary>Whoever waits for the first attempt is answered by its end; whoever asks later by the state of then.</summary>
    private void Renew()
    {
        if (_session.Task.IsCompleted)
        {
            _session = new TaskCompletionSource<ViciSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
