using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Telemetry;

namespace Connbeat.Tests.Delivery.Spool;

/// <summary>One output in one run of a <see cref="SpoolWorld"/>, beside what it should have seen.</summary>
internal sealed class SpoolReader(DiskCursor cursor, DiskLog log, IReadOnlyList<EncodedEvent?> events)
{
    private readonly long _first = log.End - cursor.Ledger.Appended;
    private long _appended = cursor.Ledger.Appended;
    private long _delivered = cursor.Ledger.Delivered;
    private long _rejected = cursor.Ledger.LostTo(LossReason.Rejected);
    private long _droppedBefore = cursor.Ledger.LostTo(LossReason.QueueFull);

    /// <summary>The position after the last that was read.</summary>
    private long _next = cursor.NextUnread;

    /// <summary>The oldest position that is neither delivered nor lost.</summary>
    private long _settled = cursor.NextUnread;

    /// <summary>What was saved at least.</summary>
    private long _saved = cursor.NextUnread;

    /// <summary>Positions that have to be read: appended in this run, or safe on disk since one before.</summary>
    private HashSet<long> _kept = [];

    /// <summary>True where a full log let go of something before this output had settled it.</summary>
    private bool _hasLetGo = cursor.Ledger.LostTo(LossReason.QueueFull) > 0;

    private bool _isDamaged;
    private EventBatch? _batch;

    public DiskCursor Cursor => cursor;

    public bool IsReading => _batch is not null;

    public void Appended(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _kept.Add(events.Count - 1 - i);
        }

        _appended += count;
    }

    /// <summary>The cursors were saved.</summary>
    public void Saved() => _saved = Math.Min(_settled, cursor.FirstUnsettled);

    /// <summary>Sees that this run goes on where the one before was, and counts what it does not find.</summary>
    public void GoesOnFrom(SpoolReader before, HashSet<long> kept, bool isDamaged)
    {
        _isDamaged = isDamaged;
        Assert.True(
            _first <= before._settled || (isDamaged && _first == log.Oldest),
            $"{cursor.Ledger.Output} goes on at {_first}; it was at {before._settled}");
        Assert.True(
            _first >= before._saved || isDamaged,
            $"{cursor.Ledger.Output} goes on at {_first}; {before._saved} was saved");
        Assert.True(cursor.NextUnread >= _first, $"{cursor.NextUnread} is before {_first}");
        _kept = kept;
        _saved = before._saved; // what this run has found is not made safe by being found
        _hasLetGo |= before._hasLetGo; // nor is what a file tells of it
        if (!isDamaged)
        {
            Assert.True(before._hasLetGo || _droppedBefore == 0, $"{_droppedBefore} are gone that were not let go of");
            long found = kept.Count(position => position >= _first && position < log.End);
            Assert.True(cursor.Waiting >= found, $"{cursor.Waiting} wait; {found} were there");
        }
    }

    /// <returns>False where nothing more can be read.</returns>
    public async Task<bool> ReadAsync(int maxEvents, int maxBytes)
    {
        if (cursor.Waiting == 0)
        {
            return false;
        }

        using CancellationTokenSource enough = new();
        ValueTask<EventBatch?> reading = cursor.ReadAsync(maxEvents, maxBytes, TimeSpan.Zero, enough.Token);
        if (!reading.IsCompleted)
        {
            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
            Assert.Equal(0, cursor.Waiting);
            Skip(_next, cursor.NextUnread);
            return false;
        }

        _batch = await reading;
        Assert.NotNull(_batch);
        Assert.InRange(_batch.Events.Count, 1, maxEvents);
        Assert.True(_batch.Events.Count == 1 || _batch.Events.Sum(e => e.Json.Length) <= maxBytes);
        Skip(_next, _batch.First);
        for (int i = 0; i < _batch.Events.Count; i++)
        {
            AssertSame(events[(int)_batch.First + i]!, _batch.Events[i]);
        }

        _next = _batch.Last + 1;
        _settled = _batch.First;
        return true;
    }

    public void SettleAll()
    {
        if (_batch is not null)
        {
            SettleThrough(_batch.Last);
        }
    }

    /// <summary>Loses some of the batch, and acknowledges a part of it.</summary>
    public void Settle(Random random)
    {
        long through = random.NextInt64(_settled, _batch!.Last + 1);
        for (long position = _settled; position <= through; position++)
        {
            if (random.Next(8) == 0)
            {
                cursor.Lose(position, LossReason.Rejected);
                _rejected++;
                _delivered--;
            }
        }

        SettleThrough(through);
    }

    public void Remove()
    {
        long waiting = cursor.Waiting;
        Assert.Equal(waiting, cursor.Close(LossReason.OutputRemoved));
        _kept.Clear();
        Check(_isDamaged);
        Assert.Equal(0, cursor.Ledger.Waiting);
    }

    /// <summary>Closes it for the next run. What the log had to drop while it was in a batch is counted now.</summary>
    public void Stop()
    {
        long lost = cursor.Close(LossReason.Shutdown);
        Assert.Equal(lost, cursor.Ledger.LostTo(LossReason.Shutdown));
        _batch = null;
        if (lost > 0)
        {
            _kept.RemoveWhere(position => position < cursor.NextUnread);
        }
    }

    public void Check(bool isDamaged)
    {
        OutputLedger ledger = cursor.Ledger;
        Assert.Equal((_appended, _delivered), (ledger.Appended, ledger.Delivered));
        Assert.Equal(_rejected, ledger.LostTo(LossReason.Rejected));
        Assert.Equal(cursor.Waiting, ledger.Waiting);
        _isDamaged |= isDamaged;
        long dropped = ledger.LostTo(LossReason.QueueFull);
        _hasLetGo |= dropped > 0 || log.Oldest > cursor.FirstUnsettled;
        if (dropped > _droppedBefore)
        {
            _droppedBefore = dropped;
            _kept.RemoveWhere(position => position < cursor.NextUnread || log.Holes.Skip(position) != position);
        }

        if (_batch is null)
        {
            Skip(_settled, cursor.NextUnread);
            _settled = cursor.NextUnread;
        }
    }

    private void SettleThrough(long through)
    {
        _delivered += through + 1 - _settled;
        _settled = through + 1;
        cursor.Acknowledge(through);
        if (through == _batch!.Last)
        {
            _batch = null;
        }
    }

    /// <summary>Nothing that was safe is passed over, unless it was dropped.</summary>
    private void Skip(long from, long to)
    {
        Assert.True(to >= from, $"{cursor.Ledger.Output} reads {to} after {from - 1}");
        if (_isDamaged)
        {
            return;
        }

        for (long position = from; position < to; position++)
        {
            Assert.False(_kept.Contains(position), $"{cursor.Ledger.Output} did not read {position}, which was safe");
        }
    }

    private static void AssertSame(EncodedEvent expected, EncodedEvent actual)
    {
        Assert.Equal(
            (expected.Sequence, expected.Id, expected.Timestamp), (actual.Sequence, actual.Id, actual.Timestamp));
        Assert.True(expected.Key.Span.SequenceEqual(actual.Key.Span));
        Assert.True(expected.Json.Span.SequenceEqual(actual.Json.Span));
    }
}
