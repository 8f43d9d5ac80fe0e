namespace Connbeat.Delivery.Spool;

/// <summary>
/// Walks the events of a segment, in order, over whatever else is there: a damaged record is passed over, and so is
/// anything up to the next marker. A block that the disk does not give, asked twice, reads as zeros. One thread at a time.
/// </summary>
/// <param name="file">The segment; disposed with the reader.</param>
/// <param name="position">The position that the next event should have.</param>
/// <param name="at">Where in the file to begin.</param>
/// <param name="chunk">How many bytes are read at once, unless a record has more.</param>
/// <param name="isKept">True where events keep the memory that they were read into.</param>
internal sealed class SegmentReader(ISpoolFile file, long position, long at, int chunk, bool isKept) : IDisposable
{
    private const int Block = 4096;

    private byte[] _buffer = [];
    private int _start;
    private int _filled;

    // How far positions can be trusted to go: a record takes the size of a head at least.
    private long _provenAt = at;

    /// <summary>How many bytes of the file there are to read.</summary>
    public long Limit { get; set; }

    /// <summary>The head of the event that was read.</summary>
    public SpoolRecord Current { get; private set; }

    /// <summary>Key and JSON of the event that was read.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Where the event that was read begins.</summary>
    public long CurrentAt { get; private set; }

    /// <summary>Where reading goes on.</summary>
    public long At { get; private set; } = at;

    /// <summary>The position that the next event should have.</summary>
    public long Next { get; private set; } = position;

    /// <summary>Bytes passed over that belong to no whole record, but for those at the very end.</summary>
    public long Damaged { get; private set; }

    /// <summary>True where the disk did not give all that was asked for.</summary>
    public bool IsUnreadable { get; private set; }

    private ReadOnlySpan<byte> Window => _buffer.AsSpan(_start, _filled - _start);

    /// <summary>Goes to the next whole event.</summary>
    /// <returns>False where there is none up to <see cref="Limit"/>.</returns>
    public bool MoveNext()
    {
        long unsure = 0;
        while (Has(SpoolRecord.HeadSize))
        {
            if (!SpoolRecord.TryReadHead(Window, out SpoolRecord head))
            {
                unsure += PassToMarker();
                continue;
            }

            if (!Has(head.Size))
            {
                return false; // written by halves
            }

            ReadOnlyMemory<byte> whole = _buffer.AsMemory(_start, head.Size);
            bool isOurs = IsExpected(head.Position) && SpoolRecord.IsWhole(whole.Span);
            if (!isOurs || head.Kind is not SpoolRecordKind.Event)
            {
                unsure += isOurs ? 0 : head.Size;
                Pass(head.Size);
                continue;
            }

            Damaged += unsure;
            Current = head;
            Body = whole[SpoolRecord.HeadSize..];
            CurrentAt = At;
            Pass(head.Size);
            Next = head.Position + 1;
            _provenAt = At;
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>Whether so many records can have stood between the one before and this.</summary>
    private bool IsExpected(long position) =>
        position >= Next && position - Next <= (At - _provenAt) / SpoolRecord.HeadSize;

    /// <summary>To the next place where a record could begin.</summary>
    private int PassToMarker()
    {
        int found = Window[1..].IndexOf(SpoolRecord.Marker);
        int count = found >= 0 ? found + 1 : Window.Length - SpoolRecord.Marker.Length + 1;
        Pass(count);
        return count;
    }

    private void Pass(int count)
    {
        _start += count;
        At += count;
    }

    /// <summary>Has so many bytes in the window, where the file has them.</summary>
    private bool Has(int count)
    {
        if (Window.Length >= count)
        {
            return true;
        }

        if (Limit - At < count)
        {
            return false;
        }

        int size = (int)Math.Min(Math.Max(count, chunk), Limit - At);
        byte[] next = isKept || _buffer.Length < size ? GC.AllocateUninitializedArray<byte>(size) : _buffer;
        int left = Window.Length;
        Window.CopyTo(next);
        int read = Read(next.AsSpan(left, size - left), At + left);
        _buffer = next;
        _start = 0;
        _filled = left + read;
        return _filled >= count;
    }

    private int Read(Span<byte> into, long at)
    {
        try
        {
            return file.Read(into, at);
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            return ReadBlocks(into, at);
        }
    }

    private int ReadBlocks(Span<byte> into, long at)
    {
        int filled = 0;
        while (filled < into.Length)
        {
            int size = (int)Math.Min(Block - ((at + filled) % Block), into.Length - filled);
            Span<byte> block = into.Slice(filled, size);
            try
            {
                int count = file.Read(block, at + filled);
                filled += count;
                if (count < size)
                {
                    break;
                }
            }
            catch (Exception failure) when (SpoolFault.Is(failure))
            {
                IsUnreadable = true;
                block.Clear();
                filled += size;
            }
        }

        return filled;
    }
}
