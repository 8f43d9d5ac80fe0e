using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Outputs.File;

/// <summary>
/// The file that lines go to now. Older ones stand beside it, as <see cref="Rotation"/> names them. A run begins with a
/// file of its own.
/// </summary>
internal sealed class RotatedFile : IDisposable
{
    private const byte LineFeed = (byte)'\n';
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly string _path;
    private readonly long _largest;
    private readonly int _files;
    private AppendedFile? _file;
    private long _size;
    private bool _begun;

    public RotatedFile(FileOutputOptions options)
    {
        _folder = Path.GetFullPath(options.Folder);
        _path = Path.Combine(_folder, options.FileName);
        _largest = options.LargestFile;
        _files = options.NumberOfFiles;
    }

    /// <summary>Sees that a file is open, and that it is the one at the path; to be called before each batch.</summary>
    /// <exception cref="IOException">The disk refuses, as the other two.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not let itself be made.</exception>
    /// <exception cref="KernelException">The file does not let itself be opened or ended.</exception>
    public void Prepare()
    {
        if (_file is { IsAtItsPath: false })
        {
            Close(); // someone rotated it, or took it away
        }

        Open();
        if (!_begun)
        {
            if (_size > 0)
            {
                Rotate();
            }

            _begun = true;
        }
    }

    /// <summary>True where one more line would make it larger than it may be; one without lines takes any.</summary>
    /// <param name="line">Bytes of the line.</param>
    /// <param name="gathered">Bytes of lines that will be appended before it.</param>
    public bool IsTooFullFor(long line, long gathered) =>
        _size + gathered > 0 && _size + gathered + line > _largest;

    /// <summary>Adds lines to the file.</summary>
    /// <param name="lines">Each with its line feed.</param>
    /// <param name="written">Grows by the number of lines that are in the file now, also where that is not all.</param>
    /// <exception cref="KernelException">Not all of them are; no part of a line is.</exception>
    public void Append(ReadOnlySpan<byte> lines, ref int written)
    {
        int bytes = _file!.Append(lines, out KernelException? failure);
        int whole = lines[..bytes].LastIndexOf(LineFeed) + 1;
        written += lines[..whole].Count(LineFeed);
        if (whole < bytes)
        {
            CutTornLine(bytes, bytes - whole);
        }

        _size += whole;
        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Makes the file an older one, and begins another.</summary>
    /// <exception cref="IOException">The disk refuses, as the other two.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not let names be changed.</exception>
    /// <exception cref="KernelException">The new file does not let itself be opened.</exception>
    public void Rotate()
    {
        Close();
        Rotation.Shift(_path, _files);
        Open();
    }

    /// <summary>Lets go of the file; it is opened again when it is needed.</summary>
    public void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void Open()
    {
        if (_file is null)
        {
            Directory.CreateDirectory(_folder, OwnerOnly);
            AppendedFile file = AppendedFile.Open(_path);
            try
            {
                EndLine(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }

            _file = file;
        }

        _size = _file.Size;
    }

    /// <summary>What a crash, or a disk that refused even to be cut, left of a line is not to spoil the next one.</summary>
    private static void EndLine(AppendedFile file)
    {
        if (file.LastByte() is not (null or LineFeed))
        {
            file.Append("\n"u8, out KernelException? failure);
            if (failure is not null)
            {
                throw failure;
            }
        }
    }

    /// <summary>Takes back what was written of a line, unless someone else has written after it.</summary>
    private void CutTornLine(int written, int torn)
    {
        try
        {
            long end = _file!.Size;
            if (end == _size + written)
            {
                _file.CutTo(end - torn);
                return;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KernelException)
        {
            // The disk is what failed in the first place; that is told.
        }

        Close(); // it gets its line feed when it is opened again
    }
}
