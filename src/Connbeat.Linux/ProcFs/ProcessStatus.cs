using System.Buffers.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>/proc/[pid]/status, as far as connbeat asks; proc_pid_status(5).</summary>
/// <param name="Uid">Real user id.</param>
internal readonly record struct ProcessStatus(uint Uid)
{
    private const int Longest = 16 * 1024;

    /// <summary>Reads the file of a process; null where it has none that could be read.</summary>
    public static ProcessStatus? Read(ProcReader proc, int pid) =>
        proc.TryRead(pid, "status"u8, Longest, out ReadOnlySpan<byte> content) == Look.Seen &&
        TryParse(content, out ProcessStatus status)
            ? status
            : null;

    /// <summary>
    /// Parses lines of <c>Key:\tvalue</c>. The kernel escapes line feeds in the name, so no process can forge a line.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> content, out ProcessStatus status)
    {
        foreach (Range range in content.Split((byte)'\n'))
        {
            if (TryParseUid(content[range], out uint uid))
            {
                status = new ProcessStatus(uid);
                return true;
            }
        }

        status = default;
        return false;
    }

    /// <summary>Line format is <c>Uid:\treal\teffective\tsaved\tfilesystem</c>.</summary>
    private static bool TryParseUid(ReadOnlySpan<byte> line, out uint uid)
    {
        uid = 0;
        return line.StartsWith("Uid:\t"u8) && Utf8Parser.TryParse(line[5..], out uid, out _);
    }
}
