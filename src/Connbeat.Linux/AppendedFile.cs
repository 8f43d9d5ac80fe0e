using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux;

/// <summary>
/// A regular file that is only added to, each time at what is then its end, whoever else writes to it or has cut it;
/// O_APPEND of open(2).
/// </summary>
internal sealed class AppendedFile : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;

    private AppendedFile(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
    }

    /// <summary>Bytes in it.</summary>
    /// <exception cref="KernelException">The kernel does not say.</exception>
    public long Size => (long)Status().Size;

    /// <summary>False where its name leads to another file now, or to none.</summary>
    /// <exception cref="KernelException">The kernel does not say.</exception>
    public bool IsAtItsPath
    {
        get
        {
            FileStatus open = Status();
            return LibC.TryStatus(Terminated(_path), out FileStatus named) == 0 &&
                (named.Inode, named.Device) == (open.Inode, open.Device);
        }
    }

    /// <summary>Opens a file, or makes it with mode 0600.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    /// <exception cref="IOException">It is a device, a pipe or a socket.</exception>
    public static AppendedFile Open(string path)
    {
        SafeFileHandle handle = LibC.TryOpenToAppend(Terminated(path), out int errno) ??
            throw new KernelException($"open({path})", errno);
        AppendedFile file = new(path, handle);
        try
        {
            return file.Status().IsRegular ? file : throw new IOException($"{path} is not a regular file");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds bytes, with one write(2) unless the kernel takes them in several.</summary>
    /// <param name="bytes">What to add.</param>
    /// <param name="failure">Why not all of it is written; null where it is.</param>
    /// <returns>How many of them are in the file.</returns>
    public int Append(ReadOnlySpan<byte> bytes, out KernelException? failure)
    {
        const int Interrupted = 4, InputOutput = 5; // EINTR, EIO

        int written = 0;
        failure = null;
        while (written < bytes.Length && failure is null)
        {
            int count = LibC.Write(_handle, bytes[written..]);
            if (count > 0)
            {
                written += count;
            }
            else if (count != -Interrupted)
            {
                failure = new KernelException($"write({_path})", count < 0 ? -count : InputOutput);
            }
        }

        return written;
    }

    /// <summary>The last byte; null where it is empty.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public byte? LastByte()
    {
        Span<byte> last = stackalloc byte[1];
        long size = Size;
        return size > 0 && RandomAccess.Read(_handle, last, size - 1) > 0 ? last[0] : null;
    }

    /// <summary>Takes away what stands behind its first <paramref name="size"/> bytes.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public void CutTo(long size) => RandomAccess.SetLength(_handle, size);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private FileStatus Status()
    {
        int errno = LibC.TryStatus(_handle, out FileStatus status);
        return errno == 0 ? status : throw new KernelException($"statx({_path})", errno);
    }
}
