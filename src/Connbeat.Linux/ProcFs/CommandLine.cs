using System.Buffers;
using System.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>/proc/[pid]/cmdline: the arguments, each ended by a NUL byte; proc_pid_cmdline(5).</summary>
internal static class CommandLine
{
    /// <summary>How many bytes are told; what is longer is cut and ends in <c>…</c>.</summary>
    public const int Longest = 32 * 1024;

    /// <summary>Reads the file of a process; empty for a kernel thread, and where it cannot be read.</summary>
    public static string Read(ProcReader proc, int pid) =>
        proc.TryRead(pid, "cmdline"u8, Longest + 1, out ReadOnlySpan<byte> content) == Look.Seen ? Parse(content) : "";

    /// <summary>The arguments joined by spaces; bytes that are not UTF-8 are replaced.</summary>
    public static string Parse(ReadOnlySpan<byte> content)
    {
        bool cut = content.Length > Longest;
        string text = Encoding.UTF8.GetString(cut ? WholeCharacters(content[..Longest]) : content);
        string line = text.Replace('\0', ' ').Trim();
        return cut ? line + '…' : line;
    }

    /// <summary>All but a last character that the cut went through.</summary>
    private static ReadOnlySpan<byte> WholeCharacters(ReadOnlySpan<byte> content)
    {
        bool whole = Rune.DecodeLastFromUtf8(content, out _, out int length) == OperationStatus.Done;
        return whole ? content : content[..^length];
    }
}
