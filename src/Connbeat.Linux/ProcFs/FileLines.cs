using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// Walks the lines of a file of any size through one buffer, without garbage. A line that the buffer cannot hold is
/// passed over; a last line without a line feed counts. One user at a time.
/// </summary>
internal sealed class FileLines
{
    /// <summary>Bytes of the longest line that is told.</summary>
    public const int Longest = 64 * 1024;

    private readonly byte[] _buffer = new byte[Longest];
    private SafeFileHandle? _file;
    private int _line;          // where the current line starts
    private int _lineLength;
    private int _next;          // where what was not walked yet starts
    private int _end;           // and where it ends
    private bool _passing;      // the line that goes on here is too long

    /// <summary>The line, without its line feed; it lives until the next call.</summary>
    public ReadOnlySpan<byte> Current => _buffer.AsSpan(_line, _lineLength);

    /// <summary>Why the walk ended before the file did; 0 where it did not.</summary>
    public int Errno { get; private set; }

    /// <summary>Lines of this file that were too long.</summary>
    public int PassedOver { get; private set; }

    /// <summary>Starts the walk from where the file stands.</summary>
    public void Start(SafeFileHandle file)
    {
        _file = file;
        _next = _end = _lineLength = 0;
        _passing = false;
        Errno = 0;
        PassedOver = 0;
    }

    /// <summary>Goes to the next line; false at the end, and where the file can be read no further.</summary>
    public bool MoveNext()
    {
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_next + searched, _end - _next - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                Take(searched + length);
                _next++;
                if (!_passing)
                {
                    return true;
                }

                _passing = false;
                searched = 0;
                continue;
            }

            searched = _end - _next;
            if (searched == _buffer.Length)
            {
                PassedOver += _passing ? 0 : 1;
                _passing = true;
                _next = _end;
                searched = 0;
            }

            if (!Fill())
            {
                bool isLast = Errno == 0 && searched > 0 && !_passing;
                Take(searched);
                return isLast;
            }
        }
    }

    private void Take(int length)
    {
        (_line, _lineLength) = (_next, length);
        _next += length;
    }

    /// <summary>Moves what was not walked to the front and reads behind it; false where there is nothing more.</summary>
    private bool Fill()
    {
        _buffer.AsSpan(_next, _end - _next).CopyTo(_buffer);
        _end -= _next;
        _next = 0;
        int count = LibC.Read(_file!, _buffer.AsSpan(_end));
        Errno = Math.Max(-count, 0);
        _end += Math.Max(count, 0);
        return count > 0;
    }
}
