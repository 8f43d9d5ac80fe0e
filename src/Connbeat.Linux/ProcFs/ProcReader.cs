using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// Reads the files of a /proc wherever it is mounted, through buffers of its own: one user at a time, and what it hands
/// out lives until its next call. Sizes are never asked, since /proc reports 0; proc(5).
/// </summary>
/// <param name="root">Where the tree is, as in <c>/proc</c>.</param>
internal sealed class ProcReader(string root)
{
    /// <summary>Where it is on every Linux host.</summary>
    public const string System = "/proc";

    private const int LongestLink = 4096; // PATH_MAX

    private readonly byte[] _root = Encoding.UTF8.GetBytes(root.TrimEnd('/') + '/');
    private readonly byte[] _target = new byte[LongestLink];
    private byte[] _path = new byte[256];
    private byte[] _content = new byte[4096];

    /// <summary>Where the tree is, without a slash at its end.</summary>
    public string Root { get; } = root.TrimEnd('/');

    /// <summary>Reads a file of a process, up to <paramref name="limit"/> bytes.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason that is not of that process.</exception>
    public Look TryRead(int pid, ReadOnlySpan<byte> file, int limit, out ReadOnlySpan<byte> content) =>
        TryReadPath(PathOf(pid, file), limit, out content);

    /// <summary>Reads a file of the whole system, such as <c>sys/kernel/random/boot_id</c>.</summary>
    /// <inheritdoc cref="TryRead(int, ReadOnlySpan{byte}, int, out ReadOnlySpan{byte})"/>
    public Look TryRead(ReadOnlySpan<byte> file, int limit, out ReadOnlySpan<byte> content) =>
        TryReadPath(PathOf(0, file), limit, out content);

    /// <summary>Where a link of a process, such as <c>exe</c>, leads.</summary>
    /// <inheritdoc cref="TryRead(int, ReadOnlySpan{byte}, int, out ReadOnlySpan{byte})"/>
    public Look TryReadLink(int pid, ReadOnlySpan<byte> link, out ReadOnlySpan<byte> target)
    {
        ReadOnlySpan<byte> path = PathOf(pid, link);
        using LentRights.Loan loan = LentRights.Take();
        int length = LibC.ReadLink(path, _target);
        target = _target.AsSpan(0, Math.Max(length, 0));
        return length < 0 ? Judge(-length, "readlink", path) : Look.Seen;
    }

    /// <summary>Inode number and size of a file of a process.</summary>
    /// <inheritdoc cref="TryRead(int, ReadOnlySpan{byte}, int, out ReadOnlySpan{byte})"/>
    public Look TryStatus(int pid, ReadOnlySpan<byte> file, out FileStatus status)
    {
        ReadOnlySpan<byte> path = PathOf(pid, file);
        using LentRights.Loan loan = LentRights.Take();
        int errno = LibC.TryStatus(path, out status);
        return errno == 0 ? Look.Seen : Judge(errno, "statx", path);
    }

    /// <summary>Opens the root of the tree.</summary>
    /// <exception cref="KernelException">It cannot be opened.</exception>
    public SafeFileHandle OpenRoot() => TryOpenPath(PathOf(0, default), directory: true, out int errno)
        ?? throw new KernelException($"open({root})", errno);

    /// <summary>Opens a file of a process, or of the whole system where <paramref name="pid"/> is 0.</summary>
    /// <inheritdoc cref="TryRead(int, ReadOnlySpan{byte}, int, out ReadOnlySpan{byte})"/>
    public Look TryOpen(int pid, ReadOnlySpan<byte> file, out SafeFileHandle? handle)
    {
        ReadOnlySpan<byte> path = PathOf(pid, file);
        handle = TryOpenPath(path, directory: false, out int errno);
        return handle is not null ? Look.Seen : Judge(errno, "open", path);
    }

    /// <summary>Opens a folder of a process.</summary>
    /// <inheritdoc cref="TryRead(int, ReadOnlySpan{byte}, int, out ReadOnlySpan{byte})"/>
    public Look TryOpenDirectory(int pid, ReadOnlySpan<byte> folder, out SafeFileHandle? directory)
    {
        ReadOnlySpan<byte> path = PathOf(pid, folder);
        directory = TryOpenPath(path, directory: true, out int errno);
        return directory is not null ? Look.Seen : Judge(errno, "open", path);
    }

    /// <summary>What an errno says of the thing that was looked at.</summary>
    /// <exception cref="KernelException">It says nothing of that thing: out of descriptors, out of memory.</exception>
    public static Look Judge(int errno, string operation, ReadOnlySpan<byte> path) => errno switch
    {
        2 or 3 or 5 or 6 => Look.Gone, // ENOENT, ESRCH; EIO where cmdline's memory went, ENXIO where net's namespace did
        1 or 13 => Look.Denied,        // EPERM, EACCES
        _ => throw new KernelException($"{operation}({Encoding.UTF8.GetString(path.TrimEnd((byte)0))})", errno),
    };

    /// <summary>What an errno says of a file of a process.</summary>
    /// <inheritdoc cref="Judge(int, string, ReadOnlySpan{byte})"/>
    public Look Judge(int errno, string operation, int pid, ReadOnlySpan<byte> file) =>
        Judge(errno, operation, PathOf(pid, file));

    private static SafeFileHandle? TryOpenPath(ReadOnlySpan<byte> path, bool directory, out int errno)
    {
        using LentRights.Loan loan = LentRights.Take();
        return LibC.TryOpen(path, directory, out errno);
    }

    private Look TryReadPath(ReadOnlySpan<byte> path, int limit, out ReadOnlySpan<byte> content)
    {
        content = default;
        using LentRights.Loan loan = LentRights.Take(); // some files ask again when they are read
        using SafeFileHandle? file = LibC.TryOpen(path, directory: false, out int errno);
        if (file is null)
        {
            return Judge(errno, "open", path);
        }

        int length = 0;
        while (length < limit)
        {
            if (length == _content.Length)
            {
                Array.Resize(ref _content, length * 2);
            }

            int count = LibC.Read(file, _content.AsSpan(length, Math.Min(_content.Length, limit) - length));
            if (count < 0)
            {
                return Judge(-count, "read", path);
            }

            if (count == 0)
            {
                break;
            }

            length += count;
        }

        content = _content.AsSpan(0, length);
        return Look.Seen;
    }

    /// <summary>The root, the process id unless it is 0, the file, and the NUL byte that C wants.</summary>
    private ReadOnlySpan<byte> PathOf(int pid, ReadOnlySpan<byte> file)
    {
        const int LongestId = 11;

        int needed = _root.Length + LongestId + 1 + file.Length + 1;
        if (_path.Length < needed)
        {
            _path = new byte[needed];
        }

        _root.CopyTo(_path, 0);
        int length = _root.Length;
        if (pid != 0)
        {
            pid.TryFormat(_path.AsSpan(length), out int digits);
            length += digits;
            _path[length++] = (byte)'/';
        }

        file.CopyTo(_path.AsSpan(length));
        length += file.Length;
        _path[length++] = 0;
        return _path.AsSpan(0, length);
    }
}
