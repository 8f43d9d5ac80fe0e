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
    private AppendedLines? _file;
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
    /// <exception cref="IOException">None of them is.</exception>
    public void Append(ReadOnlySpan<byte> lines, ref int written)
    {
        int whole = _file!.Append(lines, out KernelException? failure);
        written += lines[..whole].Count(LineFeed);
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
            _file = AppendedLines.Open(_path);
        }

        _size = _file.Size;
    }
}
