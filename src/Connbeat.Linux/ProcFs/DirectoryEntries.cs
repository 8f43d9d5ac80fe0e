using System.Runtime.InteropServices;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// Walks what getdents64(2) wrote, in place: <c>struct linux_dirent64</c> is inode (8 bytes), offset (8), record length
/// (2), type (1), and the name up to a NUL byte. Each name is handed out with its NUL, ready for the next system call.
/// </summary>
internal ref struct DirectoryEntries(ReadOnlySpan<byte> records)
{
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    private ReadOnlySpan<byte> _rest = records;

    /// <summary>The name of the entry, its NUL byte included.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>The inode number of the entry.</summary>
    public ulong Inode { get; private set; }

    /// <summary>True for a folder, where the file system tells.</summary>
    public bool IsFolder { get; private set; }

    /// <summary>Starts the walk.</summary>
    public readonly DirectoryEntries GetEnumerator() => this;

    /// <summary>Goes to the next entry.</summary>
    /// <exception cref="WireFormatException">A record goes beyond the end, or its name does not end.</exception>
    public bool MoveNext()
    {
        const byte Folder = 4; // DT_DIR

        if (_rest.IsEmpty)
        {
            return false;
        }

        ushort length = 0;
        if (_rest.Length <= NameOffset || !MemoryMarshal.TryRead(_rest[LengthOffset..], out length) ||
            length <= NameOffset || length > _rest.Length)
        {
            throw new WireFormatException($"a directory entry of {length} bytes in {_rest.Length} left");
        }

        ReadOnlySpan<byte> name = _rest[NameOffset..length];
        int end = name.IndexOf((byte)0);
        if (end < 0)
        {
            throw new WireFormatException($"a directory entry of {length} bytes whose name does not end");
        }

        Current = name[..(end + 1)];
        Inode = MemoryMarshal.Read<ulong>(_rest);
        IsFolder = _rest[TypeOffset] == Folder;
        _rest = _rest[length..];
        return true;
    }
}
