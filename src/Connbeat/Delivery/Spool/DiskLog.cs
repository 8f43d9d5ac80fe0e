using Connbeat.Telemetry;

namespace Connbeat.Delivery.Spool;

/// <summary>
/// The event log on disk. Events go to the end of the newest of a row of segments (<see cref="SpoolRecord"/>), each output
/// has a position in <see cref="CursorFile"/>, and the newest events are in memory too, so that an output that keeps up
/// costs the disk no reads.
/// </summary>
/// <remarks>
/// <para>
/// Append returns when the events are with the operating system: one pwrite(2) for all that are appended together. A shared
/// mapping would save the call, but on ext4 each new page of one faults twice (850-byte events: 1.9 µs by mapping, 1.3 µs by
/// pwrite, 0.3 µs by pwrite of 64 KiB), and there a disk that refuses is a SIGBUS rather than an error. Making safe is the
/// business of <see cref="SpoolKeeper"/>, off the loop, once every <c>sync</c>.
/// </para>
/// <para>
/// What a crash may cost, for each output: the agent killed, nothing that was appended; power cut, what was appended since
/// the last time it was made safe. Either way, what was delivered since the cursors were last saved comes again. A record
/// that is torn or damaged costs itself, a damaged cursor file nothing but repetition. What is missing is counted, when it
/// is found: at start, or when an output comes to it.
/// </para>
/// <para>
/// A disk that takes nothing (full, broken) leaves what is on it alone: new events wait in memory, up to the limits of the
/// log in memory, and then the oldest of those are dropped. They go to the disk, in order, as soon as it takes them; a kill
/// in between costs them. A disk that fails to make something safe may have lost it already (fsync(2), EIO): the log goes
/// on in a new file, and what is read is checked.
/// </para>
/// <para>
/// Locks, in this order: keeping (one maintenance at a time), writing (the newest file), and the gate, which guards
/// everything else and is held for moments: nothing is read, written, logged or awaited under it.
/// </para>
/// </remarks>
internal sealed partial class DiskLog : IEventLog, IDisposable
{
    private const double PauseAbove = 0.75;
    private const double GoOnBelow = 0.5;

    private readonly ISpoolFolder _folder;
    private readonly SpoolLimits _limits;
    private readonly TimeProvider _time;
    private readonly DeliveryHappenings _happened;
    private readonly SpoolHappenings _spool;
    private readonly CursorFile _cursorFile;
    private readonly SegmentWriter _writer;
    private readonly Lock _keeping = new();
    private readonly Lock _writing = new();
    private SpoolKeeper? _keeper;

    // Under the gate.
    private readonly EventRing _ring = new();
    private readonly List<Segment> _segments = [];
    private readonly List<Segment> _condemned = [];
    private Segment? _active; // the one that is written, which stays while it is
    private long _bytes;
    private bool _isPaused;
    private bool _overflowed;
    private List<Loss>? _left;

    /// <summary>Position behind the last event on disk; those from here on wait in memory.</summary>
    private long _stored;

    /// <summary>Replaced whole when one is opened or closed, so that it can be walked without the gate.</summary>
    private DiskCursor[] _cursors = [];

    // Under the writing lock.
    private bool _isRefused;

    /// <summary>Opens the log, with what a run before has left of it.</summary>
    /// <param name="folder">Where it is; disposed with the log.</param>
    /// <param name="limits">How much it may hold.</param>
    /// <param name="outputs">The outputs that there are; what waits for others is discarded.</param>
    /// <param name="time">The clock.</param>
    /// <param name="happened">Takes what happens to outputs.</param>
    /// <param name="spool">Takes what happens to the disk.</param>
    public DiskLog(
        ISpoolFolder folder,
        SpoolLimits limits,
        IReadOnlyCollection<string> outputs,
        TimeProvider time,
        DeliveryHappenings happened,
        SpoolHappenings spool)
    {
        _folder = folder;
        _limits = limits;
        _time = time;
        _happened = happened;
        _spool = spool;
        _cursorFile = new CursorFile(folder);
        _writer = new SegmentWriter(folder, limits.SegmentSize);
        Recover(outputs);
    }

    /// <inheritdoc/>
    public LogFill? Fill
    {
        get
        {
            lock (Gate)
            {
                LogFill? least = null;
                foreach (DiskCursor cursor in _cursors)
                {
                    least = LogFill.Least(least, FillFor(cursor));
                }

                return least;
            }
        }
    }

    /// <inheritdoc/>
    public LogDepth Depth
    {
        get
        {
            lock (Gate)
            {
                long oldest = _cursors.Length == 0 ? End : _cursors.Min(cursor => cursor.FirstUnsettled);
                return new LogDepth(End - oldest - Holes.Count(oldest, End), _bytes);
            }
        }
    }

    /// <inheritdoc/>
    public bool IsPaused
    {
        get
        {
            lock (Gate)
            {
                double limit = _isPaused ? GoOnBelow : PauseAbove;
                _isPaused = _limits.Pauses && Array.Exists(_cursors, cursor => FillFor(cursor).Highest > limit);
                return _isPaused;
            }
        }
    }

    /// <summary>Guards all but what is written.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>True when nothing more will come; under the gate.</summary>
    internal bool IsCompleted { get; private set; }

    /// <summary>The newest events; under the gate.</summary>
    internal EventRing Tail => _ring;

    /// <summary>Positions whose loss is counted; under the gate.</summary>
    internal HoleSet Holes { get; } = new();

    /// <summary>The position that the next event will have; under the gate.</summary>
    internal long End => _ring.End;

    /// <summary>Position behind the last event on disk; under the gate.</summary>
    internal long Stored => _stored;

    private bool HasBacklog
    {
        get
        {
            lock (Gate)
            {
                return _stored < _ring.End;
            }
        }
    }

    /// <inheritdoc/>
    public void Append(EncodedEvent @event) => Append(new ReadOnlySpan<EncodedEvent>(in @event));

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<EncodedEvent> events)
    {
        bool overflowed;
        lock (_writing)
        {
            if (IsCompleted)
            {
                throw new InvalidOperationException("an event came after the log was completed");
            }

            if (_cursors.Length == 0 || events.IsEmpty)
            {
                return; // nobody to wait for
            }

            Segment? segment = _isRefused || HasBacklog ? null : TryWrite(_ring.End, events);
            lock (Gate)
            {
                Publish(events, segment);
                overflowed = _overflowed;
                _overflowed = false;
            }
        }

        if (overflowed)
        {
            TellOverflow();
        }

        _keeper?.Wake();
    }

    /// <inheritdoc/>
    public ILogCursor Open(string output)
    {
        DiskCursor? cursor;
        lock (Gate)
        {
            cursor = Array.Find(_cursors, known => known.Ledger.Output == output);
            if (cursor is not null)
            {
                return cursor.TryReopen()
                    ? cursor
                    : throw new ArgumentException($"output {output} has a cursor already", nameof(output));
            }

            cursor = new DiskCursor(this, _happened.Ledger.Of(output), _time, _happened, position: End, letGoBefore: 0);
            cursor.TryReopen();
            _cursors = [.. _cursors, cursor];
        }

        Maintain(); // a kill must not make it new again, behind what is appended from now on
        return cursor;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Loss> TakeLosses()
    {
        lock (Gate)
        {
            List<Loss>? losses = _left;
            _left = null;
            foreach (DiskCursor cursor in _cursors)
            {
                cursor.TakeLosses(ref losses);
            }

            return losses ?? (IReadOnlyList<Loss>)[];
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        lock (Gate)
        {
            IsCompleted = true;
            foreach (DiskCursor cursor in _cursors)
            {
                cursor.Wake();
            }
        }
    }

    /// <summary>A cursor is given up; under the gate.</summary>
    internal void Remove(DiskCursor cursor)
    {
        cursor.TakeLosses(ref _left);
        _cursors = Array.FindAll(_cursors, open => open != cursor);
        Release();
    }

    /// <summary>The oldest position that there may be an event at; under the gate.</summary>
    internal long Oldest => _segments.Count > 0 ? _segments[0].First : _stored;

    /// <summary>True where an event is on disk or waits for it; under the gate.</summary>
    internal bool Keeps(long position) => position >= Oldest && Holes.Skip(position) == position;

    /// <summary>The first segment that holds anything from this position on; under the gate.</summary>
    internal Segment? SegmentFrom(long position) => _segments.Find(segment => segment.End > position);

    /// <summary>About how many bytes of records there are from this position on; under the gate.</summary>
    internal long BytesFrom(long position)
    {
        long bytes = 0;
        for (int i = _segments.Count - 1; i >= 0 && _segments[i].End > position; i--)
        {
            Segment segment = _segments[i];
            bytes += segment.First >= position
                ? segment.Length
                : (long)((double)segment.Length * (segment.End - position) / (segment.End - segment.First));
        }

        return bytes + (_stored < End ? _ring.Bytes : 0);
    }

    /// <summary>The span of time that the events between two positions can be of; under the gate.</summary>
    internal (DateTimeOffset From, DateTimeOffset To) TimesOf(long from, long to)
    {
        DateTimeOffset earliest = DateTimeOffset.MaxValue;
        DateTimeOffset latest = DateTimeOffset.MinValue;
        foreach (Segment segment in _segments)
        {
            if (segment.End >= from && segment.First <= to)
            {
                earliest = segment.Earliest < earliest ? segment.Earliest : earliest;
                latest = segment.Latest > latest ? segment.Latest : latest;
            }
        }

        DateTimeOffset now = _time.GetUtcNow();
        return earliest <= latest ? (earliest, latest) : (now, now);
    }

    /// <summary>Events can't be read from a file.</summary>
    internal void TellUnreadable(string output, long count, Segment? segment) =>
        _spool.EventsUnreadable(output, count, _folder.Path, segment?.Name ?? "");

    /// <summary>Opens a segment to be read.</summary>
    internal ISpoolFile OpenToRead(Segment segment) => _folder.OpenToRead(segment.Name);

    /// <summary>Lets go of what no cursor needs any more; under the gate.</summary>
    internal void Release()
    {
        long read = End;
        long settled = End;
        foreach (DiskCursor cursor in _cursors)
        {
            read = Math.Min(read, cursor.NextUnread);
            settled = Math.Min(settled, cursor.FirstUnsettled);
        }

        // What is nowhere but in memory stays there until it is safe at the far end.
        while (_ring.Count > 0 && _ring.First < (_ring.First < _stored ? read : settled))
        {
            _ring.RemoveFirst();
        }

        _stored = Math.Max(_stored, _ring.First);
        while (_segments.Count > 0 && _segments[0] != _active && _segments[0].End <= settled)
        {
            CondemnOldest();
        }

        Holes.ForgetBefore(settled);
    }

    /// <summary>How much a cursor has yet to read: of the disk's room, and of memory's where the disk takes nothing.</summary>
    private LogFill FillFor(DiskCursor cursor)
    {
        double disk = (double)cursor.UnreadBytes / _limits.MaxSize;
        long inMemory = End - Math.Max(_stored, cursor.NextUnread);
        return inMemory == 0
            ? new LogFill(0, disk)
            : new LogFill(
                (double)inMemory / _limits.Memory.Events,
                Math.Max(disk, (double)Math.Min(cursor.UnreadBytes, _ring.Bytes) / _limits.Memory.Bytes));
    }

    private void TellOverflow()
    {
        foreach (DiskCursor cursor in _cursors)
        {
            cursor.TellOverflow();
        }
    }
}
