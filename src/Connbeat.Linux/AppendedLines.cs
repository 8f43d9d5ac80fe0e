namespace Connbeat.Linux;

/// <summary>
/// A file of lines that is only added to. It keeps no part of a line: what a full disk, or a crash before, left of one is
/// cut off or ended before the next.
/// </summary>
internal sealed class AppendedLines : IDisposable
{
    private const byte LineFeed = (byte)'\n';

    private readonly AppendedFile _file;
    private bool _mayBeTorn = true;

    private AppendedLines(AppendedFile file) => _file = file;

    /// <summary>Bytes in it.</summary>
    /// <exception cref="KernelException">The kernel does not say.</exception>
    public long Size => _file.Size;

    /// <summary>False where its name leads to another file now, or to none.</summary>
    /// <exception cref="KernelException">The kernel does not say.</exception>
    public bool IsAtItsPath => _file.IsAtItsPath;

    /// <summary>Opens a file, or makes it with mode 0600, and ends its last line.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    /// <exception cref="IOException">It is a device, a pipe or a socket, or can't be read.</exception>
    public static AppendedLines Open(string path)
    {
        AppendedLines lines = new(AppendedFile.Open(path));
        try
        {
            lines.EndLine();
            return lines;
        }
        catch
        {
            lines.Dispose();
            throw;
        }
    }

    /// <summary>Adds lines.</summary>
    /// <param name="lines">Each with its line feed.</param>
    /// <param name="failure">Why not all of them are written; null where they are.</param>
    /// <returns>How many of the bytes are in the file: those of whole lines.</returns>
    /// <exception cref="KernelException">A line torn before could not be ended; nothing was written.</exception>
    /// <exception cref="IOException">As the other.</exception>
    public int Append(ReadOnlySpan<byte> lines, out KernelException? failure)
    {
        EndLine();
        long before = _file.Size;
        int bytes = _file.Append(lines, out failure);
        int whole = lines[..bytes].LastIndexOf(LineFeed) + 1;
        if (whole < bytes)
        {
            CutTornLine(before + bytes, bytes - whole);
        }

        return whole;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>What a crash, or a disk that refused even to be cut, left of a line is not to spoil the next one.</summary>
    private void EndLine()
    {
        if (_mayBeTorn && _file.LastByte() is not (null or LineFeed))
        {
            _file.Append("\n"u8, out KernelException? failure);
            if (failure is not null)
            {
                throw failure;
            }
        }

        _mayBeTorn = false;
    }

    /// <summary>Takes back what was written of a line, unless someone else has written after it.</summary>
    private void CutTornLine(long expectedEnd, int torn)
    {
        _mayBeTorn = true;
        try
        {
            if (_file.Size == expectedEnd)
            {
                _file.CutTo(expectedEnd - torn);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KernelException)
        {
            // The disk is what failed in the first place; that is told. The line is ended before the next.
        }
    }
}
