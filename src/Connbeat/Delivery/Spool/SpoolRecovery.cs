namespace Connbeat.Delivery.Spool;

/// <summary>
/// What is found in a spool's folder at start. One bad byte costs what it belongs to: no record, file or cursor that can't
/// be read keeps the others from being found.
/// </summary>
internal sealed class SpoolRecovery
{
    private const int Chunk = 1 << 20;

    private readonly ISpoolFolder _folder;
    private readonly List<Segment> _segments = [];
    private readonly List<string> _useless = [];

    private SpoolRecovery(ISpoolFolder folder) => _folder = folder;

    /// <summary>Files that hold an event, oldest first.</summary>
    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Files that hold none.</summary>
    public IReadOnlyList<string> Useless => _useless;

    /// <summary>Positions without an event, from the oldest that an output waits for to <see cref="End"/>.</summary>
    public HoleSet Holes { get; } = new();

    /// <summary>The newest segment, where it is whole and can be gone on with.</summary>
    public Segment? Unfinished { get; private set; }

    /// <summary>The position of the next event.</summary>
    public long End { get; private set; }

    /// <summary>How far each output was; null where that is not known any more, though there are events.</summary>
    public IReadOnlyDictionary<string, long>? Cursors { get; private set; } = new Dictionary<string, long>();

    /// <summary>What is missing before this position was let go of because the log was full.</summary>
    public long LetGoBefore { get; private set; }

    /// <summary>Bytes within segments that belong to no whole record.</summary>
    public long Damaged { get; private set; }

    /// <summary>Files that could not even be opened.</summary>
    public int Unreadable { get; private set; }

    private long Oldest => _segments.Count > 0 ? _segments[0].First : long.MaxValue;

    /// <summary>Looks at the folder; changes nothing.</summary>
    /// <exception cref="IOException">It can't even be listed.</exception>
    public static SpoolRecovery Of(ISpoolFolder folder, CursorFile cursors)
    {
        SpoolRecovery recovery = new(folder);
        IReadOnlyList<string> names = folder.List();
        SavedCursors? saved = recovery.ReadCursors(cursors, names);
        recovery.FindSegments(names);
        recovery.FindEnd(saved);
        return recovery;
    }

    /// <summary>Reads a segment, all of it unless its seal says what is in it.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="segment">Takes what is found.</param>
    /// <param name="before">The first position of the next segment.</param>
    /// <param name="holes">Takes the positions that were not found.</param>
    /// <param name="trustsSeal">False to read it in any case.</param>
    public static SegmentFinding Examine(
        ISpoolFile file, Segment segment, long before, HoleSet holes, bool trustsSeal)
    {
        long length = file.Length;
        Seal? seal = ReadSeal(file, length);
        seal = seal?.End > segment.First && seal.End <= before ? seal : null;
        if (seal is not null && trustsSeal)
        {
            (segment.End, segment.Earliest, segment.Latest) = (seal.End, seal.Earliest, seal.Latest);
            segment.Length = length - SpoolRecord.SealSize;
            return new SegmentFinding(true, segment.End - segment.First, Damaged: 0, Torn: 0, IsUnreadable: false);
        }

        SegmentReader reader = new(file, segment.First, 0, Chunk, isKept: false) { Limit = length };
        long events = 0;
        while (reader.MoveNext() && reader.Current.Position < before)
        {
            holes.Add(segment.End, reader.Current.Position);
            segment.Add(reader.Current.Position, reader.Current.Timestamp, reader.CurrentAt, reader.Current.Size);
            events++;
        }

        long tail = length - segment.Length;
        if (seal is null)
        {
            return new SegmentFinding(false, events, reader.Damaged, Torn: tail, reader.IsUnreadable);
        }

        holes.Add(segment.End, seal.End);
        return new SegmentFinding(
            true, events, reader.Damaged + tail - SpoolRecord.SealSize, Torn: 0, reader.IsUnreadable);
    }

    private static Seal? ReadSeal(ISpoolFile file, long length)
    {
        Span<byte> seal = stackalloc byte[SpoolRecord.SealSize];
        try
        {
            if (length < seal.Length || file.Read(seal, length - seal.Length) < seal.Length ||
                !SpoolRecord.TryReadHead(seal, out SpoolRecord head) || head.Kind is not SpoolRecordKind.Seal ||
                !SpoolRecord.IsWhole(seal))
            {
                return null;
            }

            (DateTimeOffset earliest, DateTimeOffset latest) = SpoolRecord.ReadSeal(seal[SpoolRecord.HeadSize..]);
            return new Seal(head.Position, earliest, latest);
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            return null;
        }
    }

    private SavedCursors? ReadCursors(CursorFile cursors, IReadOnlyList<string> names)
    {
        if (!names.Contains(CursorFile.Name))
        {
            return null;
        }

        try
        {
            return cursors.Read();
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            Unreadable++;
            return null;
        }
    }

    /// <summary>From the newest to the oldest: a file without events does not tell where the one before it ends.</summary>
    private void FindSegments(IReadOnlyList<string> names)
    {
        foreach (long first in names.Select(Segment.FirstOf).OfType<long>().OrderDescending())
        {
            Segment segment = new(first);
            HoleSet holes = new();
            try
            {
                using ISpoolFile file = _folder.OpenToRead(segment.Name);
                Add(segment, holes, Examine(file, segment, Oldest, holes, trustsSeal: true));
            }
            catch (Exception failure) when (SpoolFault.Is(failure))
            {
                Unreadable++; // it stays, for the disk may be better at the next start
            }
        }
    }

    private void Add(Segment segment, HoleSet holes, SegmentFinding found)
    {
        Damaged += found.Damaged;
        if (found.Events > 0)
        {
            bool isNewest = _segments.Count == 0;
            bool isWhole = !found.IsSealed && holes.Count(segment.First, segment.End) == 0;
            Unfinished = isNewest && isWhole ? segment : Unfinished;
            Holes.Add(holes);
            Holes.Add(segment.End, isNewest ? segment.End : Oldest);
            _segments.Insert(0, segment);
        }
        else if (!found.IsUnreadable)
        {
            _useless.Add(segment.Name);
        }
    }

    private void FindEnd(SavedCursors? saved)
    {
        Cursors = saved?.Positions ?? (_segments.Count > 0 ? null : Cursors);
        LetGoBefore = saved?.Oldest ?? 0;
        long found = _segments.Count > 0 ? _segments[^1].End : 0;
        End = Math.Max(found, saved?.End ?? 0);
        foreach (long position in Cursors?.Values ?? [])
        {
            End = Math.Max(End, position);
        }

        foreach (long position in Cursors?.Values ?? [])
        {
            Holes.Add(position, Math.Min(Oldest, End));
        }

        if (_segments.Count > 0)
        {
            Holes.Add(found, End);
        }

        Unfinished = Unfinished?.End == End ? Unfinished : null;
    }

    private sealed record Seal(long End, DateTimeOffset Earliest, DateTimeOffset Latest);
}

/// <summary>What is in the file of a segment.</summary>
/// <param name="IsSealed">True where its writer has ended it.</param>
/// <param name="Events">How many there are.</param>
/// <param name="Damaged">Bytes that belong to no whole record.</param>
/// <param name="Torn">Bytes at the end of one that was not ended: a write that a crash has cut short, or damage.</param>
/// <param name="IsUnreadable">True where the disk did not give all of it.</param>
internal readonly record struct SegmentFinding(
    bool IsSealed, long Events, long Damaged, long Torn, bool IsUnreadable);
