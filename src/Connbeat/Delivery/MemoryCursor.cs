using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>
/// One output's place in a <see cref="MemoryLog"/>. What it has yet to read is in the log's ring; what it has read and
/// not settled is its batch. Everything here is guarded by the log's gate.
/// </summary>
internal sealed class MemoryCursor(MemoryLog log, OutputLedger ledger, TimeProvider time, DeliveryHappenings happened)
    : ILogCursor
{
    private readonly Doorbell _bell = new(time);
    private readonly LossTally _losses = new(ledger);
    private readonly QueueOverflow _overflow = new(log.Gate, ledger, happened);
    private UnsettledBatch? _batch;
    private bool _closed;

    // The unread part: its size, since when it waits for company, and at what size a waiting reader is woken.
    private long _unreadBytes;
    private long _waitingSince;
    private int _wantedEvents = 1;
    private long _wantedBytes = 1;

    /// <inheritdoc/>
    public OutputLedger Ledger => ledger;

    /// <inheritdoc/>
    public DateTimeOffset? OldestWaiting
    {
        get
        {
            lock (log.Gate)
            {
                return _batch?.Oldest ?? (Unread > 0 ? log.Ring[NextUnread].Timestamp : null);
            }
        }
    }

    /// <summary>Position of the oldest event not read.</summary>
    internal long NextUnread { get; private set; } = log.Ring.End;

    /// <summary>Events neither delivered nor lost, counted where they are.</summary>
    internal long Waiting => Unread + (_batch?.Count ?? 0);

    /// <summary>How much of the log it has yet to read.</summary>
    internal LogFill Fill => new((double)Unread / log.Limits.Events, (double)_unreadBytes / log.Limits.Bytes);

    private int Unread => _closed ? 0 : (int)(log.Ring.End - NextUnread);

    private bool HasEnough => Unread >= _wantedEvents || _unreadBytes >= _wantedBytes;

    /// <inheritdoc/>
    public async ValueTask<EventBatch?> ReadAsync(
        int maxEvents, long maxBytes, TimeSpan linger, CancellationToken cancellationToken)
    {
        EventBatch batch;
        while (true)
        {
            Task woken;
            lock (log.Gate)
            {
                if (_batch is not null)
                {
                    throw new InvalidOperationException($"output {ledger.Output} reads on before its batch is settled");
                }

                WantFor(maxEvents, maxBytes);
                TimeSpan patience = Unread > 0 ? linger - time.GetElapsedTime(_waitingSince) : Timeout.InfiniteTimeSpan;
                if (Unread > 0 && (HasEnough || log.IsCompleted || patience <= TimeSpan.Zero))
                {
                    batch = Take(maxEvents, maxBytes);
                    break;
                }

                if (_closed || log.IsCompleted)
                {
                    return null;
                }

                woken = _bell.WaitAsync(patience);
            }

            await woken.WaitAsync(cancellationToken);
        }

        _overflow.TellEnd(() => Unread == 0);
        return batch;
    }

    /// <inheritdoc/>
    public void Acknowledge(long through)
    {
        lock (log.Gate)
        {
            UnsettledBatch batch = Batch();
            ledger.CountDelivered(batch.Acknowledge(through));
            if (batch.IsSettled)
            {
                _batch = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Lose(long position, LossReason reason)
    {
        lock (log.Gate)
        {
            if (Batch().Lose(position) is { } lost)
            {
                _losses.Count(reason, lost);
            }
        }
    }

    /// <inheritdoc/>
    public long Close(LossReason reason)
    {
        lock (log.Gate)
        {
            long lost = Waiting;
            foreach ((_, EncodedEvent open) in _batch?.Open() ?? [])
            {
                _losses.Count(reason, open);
            }

            for (; Unread > 0; NextUnread++)
            {
                _losses.Count(reason, log.Ring[NextUnread]);
            }

            _closed = true;
            _batch = null;
            _bell.Close();
            log.Remove(this);
            return lost;
        }
    }

    /// <summary>The log has grown by one event.</summary>
    internal void Appended(EncodedEvent @event)
    {
        ledger.CountAppended();
        _unreadBytes += @event.Json.Length;
        if (Unread == 1)
        {
            _waitingSince = time.GetTimestamp();
        }

        if (Unread == 1 || HasEnough)
        {
            _bell.Ring();
        }
    }

    /// <summary>The log was full and let go of this cursor's oldest unread event.</summary>
    internal void Dropped(EncodedEvent @event)
    {
        NextUnread++;
        _unreadBytes -= @event.Json.Length;
        _overflow.Add(1);
        _losses.Count(LossReason.QueueFull, @event);
    }

    /// <summary>The log is completed.</summary>
    internal void Wake() => _bell.Ring();

    internal void TakeLosses(ref List<Loss>? into) => _losses.TakeInto(ref into);

    /// <inheritdoc cref="QueueOverflow.TellBegin"/>
    internal void TellOverflow() => _overflow.TellBegin();

    /// <summary>A log that is half full is not left to overflow while a batch gathers.</summary>
    private void WantFor(int maxEvents, long maxBytes)
    {
        _wantedEvents = Math.Min(maxEvents, log.Limits.Events / 2);
        _wantedBytes = Math.Min(maxBytes, log.Limits.Bytes / 2);
    }

    private EventBatch Take(int maxEvents, long maxBytes)
    {
        List<EncodedEvent> events = new(Math.Min(maxEvents, Unread));
        long first = NextUnread;
        long bytes = 0;
        while (events.Count < maxEvents && NextUnread < log.Ring.End)
        {
            EncodedEvent next = log.Ring[NextUnread];
            bytes += next.Json.Length;
            if (bytes > maxBytes && events.Count > 0)
            {
                break;
            }

            events.Add(next);
            _unreadBytes -= next.Json.Length;
            NextUnread++;
        }

        _waitingSince = time.GetTimestamp(); // what stays may wait for company again
        _batch = new UnsettledBatch(new EventBatch(first, events));
        log.Release();
        return _batch.Batch;
    }

    private UnsettledBatch Batch() =>
        _batch ?? throw new InvalidOperationException($"output {ledger.Output} settles an event but has no batch");
}
