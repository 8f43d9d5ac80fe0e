using Connbeat.Config;
using Connbeat.Linux;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Delivery.Spool;

/// <summary>A folder on a real disk, 0700, its files 0600. Held by one agent at a time, or only looked at.</summary>
internal sealed class SpoolFolder : ISpoolFolder
{
    private const string LockName = "lock";
    private const int HeldByAnother = 11; // EWOULDBLOCK of flock(2)

    private readonly FileStream? _lock;

    private SpoolFolder(string path, FileStream? @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>Makes the folder where there is none, and keeps other agents out of it.</summary>
    /// <exception cref="ConfigException">It can't be used, or another agent has it.</exception>
    public static SpoolFolder Hold(string path)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
            return new SpoolFolder(path, Open(System.IO.Path.Combine(path, LockName), FileShare.None));
        }
        catch (IOException held) when (held.HResult == HeldByAnother)
        {
            throw Unusable($"queue.disk.path {path} is in use by another connbeat; give each a folder of its own");
        }
        catch (Exception failure) when (SpoolFault.Is(failure))
        {
            throw Unusable(
                $"queue.disk.path {path} cannot be used: {failure.Message.TrimEnd('.')}; name a folder that this user " +
                "may write to, or leave out queue.disk");
        }
    }

    /// <summary>A folder that is there, to be read beside the agent that holds it.</summary>
    public static SpoolFolder LookAt(string path) => new(path, null);

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(Path).Select(file => System.IO.Path.GetFileName(file))];

    /// <inheritdoc/>
    public ISpoolFile OpenToWrite(string name) =>
        new SpoolFile(Open(System.IO.Path.Combine(Path, name), FileShare.ReadWrite | FileShare.Delete));

    /// <inheritdoc/>
    public ISpoolFile OpenToRead(string name) => new SpoolFile(new FileStream(
        System.IO.Path.Combine(Path, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0));

    /// <inheritdoc/>
    public void Remove(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    /// <inheritdoc/>
    public void Sync() => Folder.Sync(Path);

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private static ConfigException Unusable(string message) => new([new ConfigFault(null, message)]);

    private static FileStream Open(string path, FileShare share) => new(path, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = share,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        BufferSize = 0,
    });

    private sealed class SpoolFile(FileStream file) : ISpoolFile
    {
        private readonly SafeFileHandle _handle = file.SafeFileHandle;

        public long Length => RandomAccess.GetLength(_handle);

        public int Read(Span<byte> into, long at)
        {
            int filled = 0;
            while (filled < into.Length)
            {
                int count = RandomAccess.Read(_handle, into[filled..], at + filled);
                if (count == 0)
                {
                    break;
                }

                filled += count;
            }

            return filled;
        }

        public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(_handle, bytes, at);

        public void Sync() => RandomAccess.FlushToDisk(_handle);

        public void Cut(long length) => RandomAccess.SetLength(_handle, length);

        public void Dispose() => file.Dispose();
    }
}
