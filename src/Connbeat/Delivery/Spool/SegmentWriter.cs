namespace Connbeat.Delivery.Spool;

/// <summary>
/// Writes events to the end of the newest segment, and begins another where it must. What is written is with the operating
/// system when a call returns. Guarded by the log's writing lock.
/// </summary>
internal sealed class SegmentWriter(ISpoolFolder folder, long segmentSize)
{
    private readonly List<ISpoolFile> _closed = [];
    private byte[] _scratch = new byte[64 * 1024];
    private ISpoolFile? _file;
    private bool _isDirty;
    private bool _hasNewFile = true; // what a run that was killed has made may not be safe

    /// <summary>The segment that is written; null where the next event begins one.</summary>
    public Segment? Active { get; private set; }

    /// <summary>True where something was written that is not yet asked to be safe.</summary>
    public bool IsDirty => _isDirty || _hasNewFile || _closed.Count > 0;

    /// <summary>Goes on with a segment of the run before.</summary>
    public void Resume(Segment segment)
    {
        _file = folder.OpenToWrite(segment.Name);
        try
        {
            _file.Cut(segment.Length);
        }
        catch
        {
            _file.Dispose();
            _file = null;
            throw;
        }

        Active = segment;
    }

    /// <summary>Writes events to a segment of which they are the end.</summary>
    /// <param name="first">Position of the first.</param>
    /// <param name="events">The events.</param>
    /// <returns>The segment, whose figures are still those of before.</returns>
    public Segment Write(long first, ReadOnlySpan<EncodedEvent> events)
    {
        int size = Serialise(first, events);
        if (Active is { Length: > 0 } full && (full.End != first || full.Length + size > segmentSize))
        {
            Seal();
        }

        if (Active is null || Active.End != first)
        {
            Begin(first);
        }

        _isDirty = true;
        try
        {
            _file!.Write(_scratch.AsSpan(0, size), Active!.Length);
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            Undo();
            throw;
        }

        return Active;
    }

    /// <summary>Ends the segment, so that the next event begins another.</summary>
    public void Seal()
    {
        if (Active is not { } segment)
        {
            return;
        }

        Active = null;
        ISpoolFile file = _file!;
        _file = null;
        if (segment.Length == 0)
        {
            file.Dispose();
            RemoveEmpty(segment);
            return;
        }

        _closed.Add(file);
        Span<byte> seal = stackalloc byte[SpoolRecord.SealSize];
        SpoolRecord.WriteSeal(seal, segment.End, segment.Earliest, segment.Latest);
        try
        {
            file.Write(seal, segment.Length);
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            // Without its seal it is read at the next start, and no more is wrong with it.
        }
    }

    /// <summary>What has to be made safe; from now on it is up to the caller.</summary>
    public Unsynced TakeUnsynced()
    {
        Unsynced taken = new([.. _closed], _isDirty ? _file : null, _hasNewFile);
        _closed.Clear();
        _isDirty = false;
        _hasNewFile = false;
        return taken;
    }

    /// <summary>Which files there are could not be made safe; that is still to be done.</summary>
    public void FolderIsUnsafe() => _hasNewFile = true;

    /// <summary>Closes the newest segment, which the next run may go on with.</summary>
    public void Close()
    {
        _file?.Dispose();
        _closed.ForEach(file => file.Dispose());
        _closed.Clear();
        Active = null;
        _file = null;
    }

    private int Serialise(long first, ReadOnlySpan<EncodedEvent> events)
    {
        int size = 0;
        foreach (EncodedEvent @event in events)
        {
            size = checked(size + SpoolRecord.SizeOf(@event));
        }

        if (_scratch.Length < size)
        {
            _scratch = new byte[size];
        }

        int at = 0;
        foreach (EncodedEvent @event in events)
        {
            SpoolRecord.Write(_scratch.AsSpan(at), first++, @event);
            at += SpoolRecord.SizeOf(@event);
        }

        return size;
    }

    private void Begin(long first)
    {
        Segment segment = new(first);
        Seal();
        _file = folder.OpenToWrite(segment.Name);
        _hasNewFile = true;
        Active = segment;
        _file.Cut(0);
    }

    private void RemoveEmpty(Segment segment)
    {
        try
        {
            folder.Remove(segment.Name);
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            // The next start does it.
        }
    }

    /// <summary>Nothing of a write that failed is to be found by the next run, if that can be had.</summary>
    private void Undo()
    {
        try
        {
            _file!.Cut(Active!.Length);
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            // It stays behind the end, where the next write goes.
        }
    }

    /// <summary>Files that are written and not yet safe.</summary>
    /// <param name="Closed">To be made safe and disposed.</param>
    /// <param name="Open">The newest, to be made safe; null where it is.</param>
    /// <param name="HasNewFile">True where the folder has to be made safe too.</param>
    internal readonly record struct Unsynced(IReadOnlyList<ISpoolFile> Closed, ISpoolFile? Open, bool HasNewFile);
}
