using Connbeat.Telemetry;

namespace Connbeat.Delivery.Spool;

/// <content>Start, end, and what is done off the loop in between.</content>
internal sealed partial class DiskLog
{
    /// <summary>Segments that a run before may have left unsafe, being killed. Under the keeping lock.</summary>
    private readonly Queue<Segment> _inherited = [];

    private long _savedEnd = -1;
    private KeyValuePair<string, long>[] _saved = [];

    /// <summary>Has the log made safe again and again on a thread of its own.</summary>
    /// <param name="sync">How long what is appended may be unsafe; zero: as short as the disk allows.</param>
    public void StartKeeping(TimeSpan sync) => _keeper = new SpoolKeeper(Maintain, sync, _time);

    /// <summary>
    /// Writes what waits in memory, makes safe what is on disk, saves the cursors, and then removes the files that nobody
    /// needs any more.
    /// </summary>
    /// <returns>False where something is to be tried again.</returns>
    public bool Maintain()
    {
        lock (_keeping)
        {
            Drain();
            bool isSafe = Sync();
            bool isSaved = SaveCursors();
            return isSafe && isSaved && !HasBacklog;
        }
    }

    /// <summary>Has the keeper come by: something can be done that could not before.</summary>
    internal void WakeKeeper() => _keeper?.Wake();

    /// <inheritdoc/>
    public void Dispose()
    {
        _keeper?.Dispose();
        Maintain();
        lock (Gate)
        {
            foreach (DiskCursor cursor in _cursors)
            {
                cursor.GiveUpFrom(_stored);
                cursor.Dispose();
            }
        }

        lock (_writing)
        {
            _writer.Close();
        }

        _folder.Dispose();
    }

    private bool Sync()
    {
        SegmentWriter.Unsynced unsynced;
        lock (_writing)
        {
            unsynced = _writer.TakeUnsynced();
        }

        bool isSafe = SyncInherited();
        foreach (ISpoolFile file in unsynced.Closed)
        {
            isSafe &= TrySync(file.Sync);
            file.Dispose();
        }

        if (unsynced.Open is { } open && !TrySync(open.Sync))
        {
            isSafe = false;
            lock (_writing)
            {
                EndSegment();
            }
        }

        if (unsynced.HasNewFile && !TrySync(_folder.Sync))
        {
            isSafe = false;
            lock (_writing)
            {
                _writer.FolderIsUnsafe();
            }
        }

        if (isSafe)
        {
            _spool.SyncWorked(_folder.Path);
        }

        return isSafe;
    }

    private bool SyncInherited()
    {
        bool isSafe = true;
        while (_inherited.TryPeek(out Segment? segment))
        {
            isSafe &= TrySync(() =>
            {
                using ISpoolFile file = _folder.OpenToRead(segment.Name);
                file.Sync();
            });
            _inherited.Dequeue(); // what could not be made safe will not be by trying again
        }

        return isSafe;
    }

    private bool TrySync(Action sync)
    {
        try
        {
            sync();
            return true;
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            _spool.SyncFailed(_folder.Path, failure.Message.TrimEnd('.'));
            return false;
        }
    }

    private bool SaveCursors()
    {
        KeyValuePair<string, long>[] positions;
        Segment[] condemned;
        long oldest, end;
        lock (Gate)
        {
            positions = Array.ConvertAll(
                _cursors, cursor => KeyValuePair.Create(cursor.Ledger.Output, cursor.FirstUnsettled));
            condemned = [.. _condemned];
            (oldest, end) = (Oldest, End);
        }

        if ((end != _savedEnd || !positions.AsSpan().SequenceEqual(_saved)) &&
            !TrySync(() => _cursorFile.Write(oldest, end, positions)))
        {
            return false;
        }

        (_savedEnd, _saved) = (end, positions);
        bool all = true;
        foreach (Segment segment in condemned)
        {
            if (!TryRemove(segment.Name))
            {
                all = false;
                continue;
            }

            lock (Gate)
            {
                _condemned.Remove(segment);
            }
        }

        if (all)
        {
            _spool.Removed();
        }

        return all;
    }

    private bool TryRemove(string name)
    {
        try
        {
            _folder.Remove(name);
            return true;
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            _spool.RemovalFailed(_folder.Path, failure.Message.TrimEnd('.'));
            return false;
        }
    }

    private void Recover(IReadOnlyCollection<string> outputs)
    {
        SpoolRecovery found = SpoolRecovery.Of(_folder, _cursorFile);
        _segments.AddRange(found.Segments);
        _bytes = found.Segments.Sum(segment => segment.Length);
        found.Segments.ToList().ForEach(_inherited.Enqueue);
        _ring.Restart(found.End);
        _stored = found.End;
        Holes.Add(found.Holes);
        _spool.Opened(_folder.Path, _segments.Sum(segment => segment.End - segment.First));
        if (found.Damaged > 0 || found.Unreadable > 0)
        {
            _spool.Damaged(_folder.Path, found.Damaged, found.Unreadable);
        }

        if (found.Cursors is null)
        {
            _spool.CursorsLost(_folder.Path);
        }

        Resume(found.Unfinished);
        IEnumerable<KeyValuePair<string, long>> places =
            found.Cursors ?? outputs.Select(output => KeyValuePair.Create(output, Oldest));
        _cursors = [.. places.Select(place =>
            new DiskCursor(this, _happened.Ledger.Of(place.Key), _time, _happened, place.Value, found.LetGoBefore))];
        foreach (DiskCursor cursor in _cursors)
        {
            if (!outputs.Contains(cursor.Ledger.Output))
            {
                cursor.TryReopen();
                _spool.CursorDiscarded(cursor.Ledger.Output, cursor.Close(LossReason.OutputRemoved));
            }
        }

        if (_cursors.Length == 0)
        {
            EndSegment(); // nobody waits for anything of it
        }

        foreach (string useless in found.Useless)
        {
            TryRemove(useless);
        }

        lock (Gate)
        {
            Release();
        }
    }
    /// <summary>Goes on with the newest segment, if it can be.</summary>
    private void Resume(Segment? newest)
    {
        if (newest is null)
        {
            return;
        }

        try
        {
            _writer.Resume(newest);
            _active = newest;
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            _spool.WriteRefused(_folder.Path, failure.Message.TrimEnd('.'));
        }
    }
}
