using Connbeat.Telemetry;

namespace Connbeat.Delivery.Spool;

/// <summary>
/// One output's place in a <see cref="DiskLog"/>. It reads from memory what is there, and the rest from the disk. Where
/// nobody has it open, it keeps the place. Everything but what the reader alone touches is guarded by the log's gate.
/// </summary>
internal sealed partial class DiskCursor : ILogCursor, IDisposable
{
    private readonly DiskLog _log;
    private readonly OutputLedger _ledger;
    private readonly TimeProvider _time;
    private readonly DeliveryHappenings _happened;
    private readonly LossTally _losses;
    private readonly QueueOverflow _overflow;
    private Doorbell _bell;
    private UnsettledBatch? _batch;
    private DateTimeOffset? _lastRead;
    private bool _isOpen;

    // Since when the unread part waits for company, and at what size a waiting reader is woken.
    private long _waitingSince;
    private int _wantedEvents = 1;
    private long _wantedBytes = 1;

    /// <summary>A place that nobody has open; what there is from it on counts as appended.</summary>
    /// <param name="log">The log.</param>
    /// <param name="ledger">The output's counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="happened">Takes what happens to outputs.</param>
    /// <param name="position">The oldest event that is not known to be settled.</param>
    /// <param name="letGoBefore">What is missing before this position was let go of: the log was full.</param>
    public DiskCursor(
        DiskLog log,
        OutputLedger ledger,
        TimeProvider time,
        DeliveryHappenings happened,
        long position,
        long letGoBefore)
    {
        _log = log;
        _ledger = ledger;
        _time = time;
        _happened = happened;
        _losses = new LossTally(ledger);
        _overflow = new QueueOverflow(log.Gate, ledger, happened);
        _bell = new Doorbell(time);
        NextUnread = log.Holes.Skip(position);
        ledger.CountAppended(log.End - position);
        long letGo = Math.Clamp(letGoBefore, position, log.End); // what an output had in its hands when the log was full
        CountMissing(LossReason.QueueFull, position, letGo, log.Holes.Count(position, letGo));
        CountMissing(LossReason.SpoolDamaged, letGo, log.End, log.Holes.Count(letGo, log.End));
        UnreadBytes = log.BytesFrom(NextUnread);
    }

    /// <inheritdoc/>
    public OutputLedger Ledger => _ledger;

    /// <inheritdoc/>
    /// <remarks>Between two batches that are read from the disk it is not known; the last of the one before is not younger.</remarks>
    public DateTimeOffset? OldestWaiting
    {
        get
        {
            lock (_log.Gate)
            {
                return _batch?.Oldest ??
                    (Unread == 0 ? null : NextUnread >= _log.Tail.First ? _log.Tail[NextUnread].Timestamp : _lastRead);
            }
        }
    }

    /// <summary>Position of the oldest event not read.</summary>
    internal long NextUnread { get; private set; }

    /// <summary>Position of the oldest event that is not known to be delivered or lost.</summary>
    internal long FirstUnsettled => _batch?.First ?? NextUnread;

    /// <summary>About how many bytes of records are not read.</summary>
    internal long UnreadBytes { get; private set; }

    /// <summary>Events neither delivered nor lost, counted where they are.</summary>
    internal long Waiting => Unread + (_batch?.Count ?? 0);

    private long Unread => _log.End - NextUnread - _log.Holes.Count(NextUnread, _log.End);

    private bool HasEnough => Unread >= _wantedEvents || UnreadBytes >= _wantedBytes;

    /// <inheritdoc/>
    public async ValueTask<EventBatch?> ReadAsync(
        int maxEvents, long maxBytes, TimeSpan linger, CancellationToken cancellationToken)
    {
        EventBatch? batch = null;
        while (batch is null)
        {
            Task? woken = null;
            Segment? segment = null;
            long limit = 0, end = 0;
            lock (_log.Gate)
            {
                if (_batch is not null)
                {
                    throw new InvalidOperationException($"output {_ledger.Output} reads on before its batch is settled");
                }

                (_wantedEvents, _wantedBytes) = (maxEvents, maxBytes);
                NextUnread = _log.Holes.Skip(NextUnread);
                TimeSpan patience = Unread > 0 ? linger - _time.GetElapsedTime(_waitingSince) : Timeout.InfiniteTimeSpan;
                if (!_isOpen || (Unread == 0 && _log.IsCompleted))
                {
                    return null;
                }

                if (Unread == 0 || (!HasEnough && !_log.IsCompleted && patience > TimeSpan.Zero))
                {
                    woken = _bell.WaitAsync(patience);
                }
                else if (NextUnread >= _log.Tail.First)
                {
                    batch = TakeFromTail(maxEvents, maxBytes);
                }
                else if (_log.SegmentFrom(NextUnread) is { } found && found.First <= NextUnread)
                {
                    (segment, limit, end) = (found, found.Length, found.End);
                }
                else
                {
                    PassTo(_log.SegmentFrom(NextUnread)?.First ?? _log.Tail.First);
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (woken is not null)
            {
                await woken.WaitAsync(cancellationToken);
            }
            else if (segment is not null)
            {
                batch = TakeFromDisk(segment, limit, end, maxEvents, maxBytes);
            }
        }

        _overflow.TellEnd(() => Unread == 0);
        return batch;
    }

    /// <inheritdoc/>
    public void Acknowledge(long through)
    {
        lock (_log.Gate)
        {
            UnsettledBatch batch = Batch();
            _ledger.CountDelivered(batch.Acknowledge(through));
            if (batch.IsSettled)
            {
                _batch = null;
            }

            _log.Release();
        }

        _log.WakeKeeper();
    }

    /// <inheritdoc/>
    public void Lose(long position, LossReason reason)
    {
        lock (_log.Gate)
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
        lock (_log.Gate)
        {
            if (!_isOpen)
            {
                return 0;
            }

            _isOpen = false;
            _bell.Close();
            bool isKept = reason is LossReason.Shutdown;
            long lost = 0;
            foreach ((long position, EncodedEvent open) in _batch?.Open() ?? [])
            {
                if (!isKept || !_log.Keeps(position))
                {
                    _losses.Count(reason, open);
                    lost++;
                }
            }

            if (isKept)
            {
                NextUnread = Math.Max(FirstUnsettled, _log.Oldest);
                UnreadBytes = _log.BytesFrom(NextUnread);
                _batch = null;
                return lost;
            }

            long unread = Unread;
            CountMissing(reason, NextUnread, _log.End, unread);
            NextUnread = _log.End;
            _batch = null;
            _log.Remove(this);
            return lost + unread;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bell.Close();
        _reader?.Dispose();
    }

    /// <summary>Opens it to a reader; false where one has it.</summary>
    internal bool TryReopen()
    {
        if (_isOpen)
        {
            return false;
        }

        _isOpen = true;
        _bell = new Doorbell(_time);
        return true;
    }

    /// <summary>The log has grown.</summary>
    internal void Appended(int events, long bytes)
    {
        _ledger.CountAppended(events);
        UnreadBytes += bytes;
        bool wasEmpty = Unread <= events;
        if (wasEmpty)
        {
            _waitingSince = _time.GetTimestamp();
        }

        if (wasEmpty || HasEnough)
        {
            _bell.Ring();
        }
    }

    /// <summary>The log was full and let go of all events before a position.</summary>
    internal void DroppedTo(long position, DateTimeOffset earliest, DateTimeOffset latest)
    {
        long lost = position - NextUnread - _log.Holes.Count(NextUnread, position);
        NextUnread = position;
        UnreadBytes = _log.BytesFrom(position);
        _overflow.Add(lost);
        _losses.Count(LossReason.QueueFull, lost, earliest, latest);
    }

    /// <summary>Memory was full and let go of an event that this cursor had not read; it becomes a hole.</summary>
    internal void Dropped(long position, EncodedEvent @event)
    {
        NextUnread += NextUnread == position ? 1 : 0;
        UnreadBytes -= SpoolRecord.SizeOf(@event);
        _overflow.Add(1);
        _losses.Count(LossReason.QueueFull, @event);
    }

    /// <summary>The log is completed.</summary>
    internal void Wake() => _bell.Ring();

    internal void TakeLosses(ref List<Loss>? into) => _losses.TakeInto(ref into);

    /// <summary>The run ends, and what has not come to the disk by now never will.</summary>
    internal void GiveUpFrom(long position)
    {
        long from = Math.Max(position, NextUnread);
        long lost = _log.End - from - _log.Holes.Count(from, _log.End);
        CountMissing(LossReason.Shutdown, from, _log.End, lost);
        if (lost > 0)
        {
            _happened.EventsAbandoned(_ledger, lost, LossReason.Shutdown);
        }
    }

    /// <inheritdoc cref="QueueOverflow.TellBegin"/>
    internal void TellOverflow() => _overflow.TellBegin();

    private UnsettledBatch Batch() =>
        _batch ?? throw new InvalidOperationException($"output {_ledger.Output} settles an event but has no batch");

    /// <summary>Counts events of which only their places are known.</summary>
    private void CountMissing(LossReason reason, long from, long to, long count)
    {
        if (count > 0)
        {
            (DateTimeOffset earliest, DateTimeOffset latest) = _log.TimesOf(from, to);
            _losses.Count(reason, count, earliest, latest);
        }
    }
}
