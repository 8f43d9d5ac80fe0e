using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>A line of /proc/locks: a process has locked a file; proc_locks(5).</summary>
/// <param name="Pid">The process that did.</param>
/// <param name="Inode">The file's inode number, which says nothing of its file system.</param>
internal readonly record struct FileLock(int Pid, ulong Inode)
{
    /// <summary>What flock(2) has locked for one alone, as far as this /proc shows who did.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    public static IReadOnlyList<FileLock> Read(ProcReader proc)
    {
        List<FileLock> locks = [];
        proc.TryOpen(0, "locks"u8, out SafeFileHandle? file);
        using (file)
        {
            if (file is not null)
            {
                FileLines lines = new();
                lines.Start(file);
                while (lines.MoveNext())
                {
                    if (TryParse(lines.Current, out FileLock @lock))
                    {
                        locks.Add(@lock);
                    }
                }
            }
        }

        return locks;
    }

    /// <summary>
    /// Line format is <c>number: FLOCK  ADVISORY  WRITE pid major:minor:inode start end</c>; those that wait for one have
    /// an arrow behind the number.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out FileLock @lock)
    {
        @lock = default;
        Word(ref line); // the number
        if (!Word(ref line).SequenceEqual("FLOCK"u8) || !Word(ref line).SequenceEqual("ADVISORY"u8) ||
            !Word(ref line).SequenceEqual("WRITE"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> process = Word(ref line);
        ReadOnlySpan<byte> file = Word(ref line);
        ReadOnlySpan<byte> number = file[(file.LastIndexOf((byte)':') + 1)..];
        if (!Utf8Parser.TryParse(process, out int pid, out int digits) || digits != process.Length || pid <= 0 ||
            !Utf8Parser.TryParse(number, out ulong inode, out digits) || digits != number.Length ||
            file.Count((byte)':') != 2)
        {
            return false;
        }

        @lock = new FileLock(pid, inode);
        return true;
    }

    /// <summary>Takes what stands before the next spaces.</summary>
    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        int end = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? line : line[..end];
        line = line[word.Length..].TrimStart((byte)' ');
        return word;
    }
}
