using System.Runtime.InteropServices;
using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>What is known of a file that connbeat is to write, without touching it.</summary>
internal sealed record FileFacts
{
    private const int ReadOnlyFileSystem = 30; // EROFS

    /// <summary>The file as configured; empty: there is to be none.</summary>
    public required string Path { get; init; }

    /// <summary>The folder that it is to be in.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>The nearest folder above the file that is there.</summary>
    public string ExistingFolder { get; init; } = "/";

    /// <summary>True where it is there.</summary>
    public bool FileExists { get; init; }

    /// <summary>True where a folder is in its place.</summary>
    public bool IsFolder { get; init; }

    /// <summary>Why the file cannot be written; null where it can, or is not there.</summary>
    public string? FileRefusal { get; init; }

    /// <summary>Why no file can be made in <see cref="ExistingFolder"/>; null where one can.</summary>
    public string? FolderRefusal { get; init; }

    /// <summary>True where that is because the file system is mounted so.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Free space; null where it is not told.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>The connbeat that has it open; null where none is seen to.</summary>
    public int? HolderPid { get; init; }

    /// <summary>Who runs connbeat, by name or number.</summary>
    public string User { get; init; } = "root";

    /// <summary>True where <see cref="Folder"/> is there.</summary>
    public bool FolderExists => Folder == ExistingFolder;

    /// <summary>Gathers them.</summary>
    public static FileFacts Read(ProcReader proc, string path)
    {
        if (path.Length == 0)
        {
            return new FileFacts { Path = path };
        }

        uint uid = ThreadRights.Read(proc).Uid;
        string full = System.IO.Path.GetFullPath(path);
        string folder = System.IO.Path.GetDirectoryName(full) ?? "/";
        string existing = NearestExisting(folder);
        bool isThere = File.Exists(full);
        int fileErrno = isThere ? LibC.TryWriteAccess(Terminated(full), folder: false) : 0;
        int folderErrno = LibC.TryWriteAccess(Terminated(existing), folder: true);
        return new FileFacts
        {
            Path = path,
            Folder = folder,
            ExistingFolder = existing,
            FileExists = isThere,
            IsFolder = Directory.Exists(full),
            FileRefusal = RefusalOf(fileErrno),
            FolderRefusal = RefusalOf(folderErrno),
            IsReadOnly = fileErrno == ReadOnlyFileSystem || folderErrno == ReadOnlyFileSystem,
            FreeBytes = FreeBytesOf(existing),
            HolderPid = isThere ? HolderOf(proc, full) : null,
            User = UserText.Of(uid),
        };
    }

    private static string NearestExisting(string folder)
    {
        while (!Directory.Exists(folder) && System.IO.Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        return folder;
    }

    private static string? RefusalOf(int errno) =>
        errno == 0 ? null : Marshal.GetPInvokeErrorMessage(errno);

    private static long? FreeBytesOf(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// The lock is looked up, not tried: a connbeat that starts at that moment would find it taken. An inode number says
    /// nothing of its file system, and the device beside it is not always the one that stat(2) tells: the name of the
    /// process confirms it.
    /// </summary>
    private static int? HolderOf(ProcReader proc, string file)
    {
        if (LibC.TryStatus(Terminated(file), out FileStatus status) != 0)
        {
            return null;
        }

        string own = NameOf(proc, Environment.ProcessId);
        return FileLock.Read(proc)
            .Where(held => held.Inode == status.Inode && NameOf(proc, held.Pid) == own)
            .Select(held => (int?)held.Pid)
            .FirstOrDefault();
    }

    private static string NameOf(ProcReader proc, int pid) =>
        proc.TryRead(pid, "comm"u8, limit: 64, out ReadOnlySpan<byte> content) == Look.Seen
            ? Encoding.UTF8.GetString(content)
            : "";

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
