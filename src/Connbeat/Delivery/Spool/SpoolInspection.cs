namespace Connbeat.Delivery.Spool;

/// <summary>
/// What is in a spool's folder, for people. It reads only, and can be taken beside the agent that writes there: a file that
/// goes away meanwhile is left out, and what is not yet whole at the end of the newest is no damage.
/// </summary>
/// <param name="Path">The folder.</param>
/// <param name="Segments">Its files of events, oldest first.</param>
/// <param name="Cursors">How far each output is.</param>
/// <param name="HasCursors">False where the file of cursors is there and can't be read.</param>
internal sealed record SpoolInspection(
    string Path, IReadOnlyList<InspectedSegment> Segments, IReadOnlyList<InspectedCursor> Cursors, bool HasCursors)
{
    /// <summary>True where all that was read is whole.</summary>
    public bool IsWhole => HasCursors && Segments.All(segment => segment.IsWhole);

    /// <summary>Inspects a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="readsAll">True to read every event; false to trust the seal of each file that has one.</param>
    /// <exception cref="IOException">It can't be listed.</exception>
    public static SpoolInspection Of(ISpoolFolder folder, bool readsAll)
    {
        IReadOnlyList<string> names = folder.List();
        SavedCursors? saved = ReadCursors(folder, names); // before the events, of which there may be more by then
        long[] firsts = [.. names.Select(Segment.FirstOf).OfType<long>().Order()];
        List<InspectedSegment> segments = [];
        HoleSet holes = new();
        long end = -1;
        for (int i = 0; i < firsts.Length; i++)
        {
            Segment segment = new(firsts[i]);
            long before = i + 1 < firsts.Length ? firsts[i + 1] : long.MaxValue;
            if (Inspect(folder, segment, before, holes, readsAll) is { } found)
            {
                holes.Add(end < 0 ? segment.First : end, segment.First);
                segments.Add(found);
                end = segment.End;
            }
        }

        long oldest = segments.Count > 0 ? segments[0].First : 0;
        return new SpoolInspection(
            folder.Path,
            segments,
            [.. (saved?.Positions ?? new Dictionary<string, long>()).OrderBy(cursor => cursor.Key, StringComparer.Ordinal)
                .Select(cursor => Inspect(cursor.Key, cursor.Value, Math.Max(oldest, cursor.Value), end, holes))],
            saved is not null || !names.Contains(CursorFile.Name));
    }

    private static InspectedCursor Inspect(string output, long position, long from, long end, HoleSet holes) =>
        new(output, position, Waiting: Math.Max(0, end - from - holes.Count(from, end)));

    private static SavedCursors? ReadCursors(ISpoolFolder folder, IReadOnlyList<string> names)
    {
        try
        {
            return names.Contains(CursorFile.Name) ? new CursorFile(folder).Read() : null;
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            return null;
        }
    }

    /// <returns>Null where it is gone.</returns>
    private static InspectedSegment? Inspect(
        ISpoolFolder folder, Segment segment, long before, HoleSet holes, bool readsAll)
    {
        try
        {
            using ISpoolFile file = folder.OpenToRead(segment.Name);
            SegmentFinding found = SpoolRecovery.Examine(file, segment, before, holes, trustsSeal: !readsAll);
            bool isNewest = before == long.MaxValue;
            return new InspectedSegment(
                segment.Name, file.Length, segment.First, segment.End, found.Events, segment.Earliest, segment.Latest,
                Missing: segment.End - segment.First - found.Events,
                Damaged: found.Damaged + (isNewest ? 0 : found.Torn),
                Unfinished: isNewest ? found.Torn : 0,
                Fault: found.IsUnreadable ? "the disk does not give all of it" : null);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            return new InspectedSegment(
                segment.Name, 0, segment.First, segment.First, 0, default, default, 0, 0, 0, failure.Message.TrimEnd('.'));
        }
    }
}

/// <summary>One file of events.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="First">Position of its first event.</param>
/// <param name="End">Position behind its last.</param>
/// <param name="Events">How many there are.</param>
/// <param name="Earliest">The earliest <c>@timestamp</c> in it; only where there are events.</param>
/// <param name="Latest">The latest.</param>
/// <param name="Missing">Events that should be there and are not.</param>
/// <param name="Damaged">Bytes that belong to no whole event.</param>
/// <param name="Unfinished">Bytes at its end that are being written, or that a crash has cut short.</param>
/// <param name="Fault">Why not all of it could be read; null where it could.</param>
internal sealed record InspectedSegment(
    string Name,
    long Bytes,
    long First,
    long End,
    long Events,
    DateTimeOffset Earliest,
    DateTimeOffset Latest,
    long Missing,
    long Damaged,
    long Unfinished,
    string? Fault)
{
    /// <summary>True where nothing is wrong with it.</summary>
    public bool IsWhole => Missing == 0 && Damaged == 0 && Fault is null;
}

/// <summary>How far an output is.</summary>
/// <param name="Output">Its name.</param>
/// <param name="Position">Of the oldest event that it has not settled.</param>
/// <param name="Waiting">How many wait for it.</param>
internal sealed record InspectedCursor(string Output, long Position, long Waiting);
