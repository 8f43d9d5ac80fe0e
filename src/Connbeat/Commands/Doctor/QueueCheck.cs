using Connbeat.Config;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Can events wait where they are to?</summary>
internal static class QueueCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "queue";

    private const int MiB = 20;

    /// <summary>Looks, and judges.</summary>
    /// <param name="proc">Tells who holds the folder.</param>
    /// <param name="options">The configuration.</param>
    public static Finding Judge(ProcReader proc, AgentOptions options)
    {
        if (options.Queue.Disk is not { } disk)
        {
            return Finding.Ok(Name, $"in memory, {options.Queue.Events} events of {options.Queue.Bytes >> MiB} MiB in all");
        }

        string folder = Path.Combine(disk.Folder, AgentOptions.Schemas.First(schema => schema.Value == options.Schema).Key);
        return Judge(FileFacts.Read(proc, Path.Combine(folder, "lock")), disk.MaxSize, BytesIn(folder));
    }

    /// <summary>Judges.</summary>
    /// <param name="facts">The file that says who uses the folder.</param>
    /// <param name="maxSize">Bytes that may wait.</param>
    /// <param name="size">Bytes that wait already.</param>
    public static Finding Judge(FileFacts facts, long maxSize, long size)
    {
        if (facts.HolderPid is { } pid)
        {
            return new Finding(Name, Status.Note, $"{facts.Folder} is in use by connbeat, process {pid}")
            {
                Costs = ["a second connbeat needs a queue.disk.path of its own"],
            };
        }

        if ((facts.FileRefusal ?? facts.FolderRefusal) is { } refusal)
        {
            return new Finding(Name, Status.Broken, $"{facts.ExistingFolder}: {refusal}; events are to wait in {facts.Folder}")
            {
                Costs = ["connbeat does not start"],
                Mend = [FileMend.Of(facts, "queue.disk.path")],
            };
        }

        return facts.FreeBytes + size < maxSize
            ? new Finding(
                Name, Status.Degraded,
                $"{facts.Folder} may grow to {maxSize >> MiB} MiB, and there is room for {(facts.FreeBytes + size) >> MiB}")
            {
                Costs = ["on a full disk events wait in memory, and the oldest of those are lost and counted when that is full"],
                Mend = [$"make room on the disk of {facts.ExistingFolder}, or set queue.disk.max_size"],
            }
            : Finding.Ok(Name, $"on disk, in {facts.Folder}, up to {maxSize >> MiB} MiB");
    }

    private static long BytesIn(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
