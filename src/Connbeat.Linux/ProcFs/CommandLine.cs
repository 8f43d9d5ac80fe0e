using System.Buffers;
using System.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>/proc/[pid]/cmdline: the arguments, each ended by a NUL byte; proc_pid_cmdline(5).</summary>
internal static class CommandLine
{
    /// <summary>How many bytes are told; what is longer is cut and ends in <c>…</c>.</summary>
    public const int Longest = 32 * 1024;

    /// <summary>Reads the file of a process; empty for a kernel thread, and where it cannot be read.</summary>
    /// <param name="proc">Where to read.</param>
    /// <param name="pid">Whose.</param>
    /// <param name="arguments">The same one by one; empty where they are not told apart, as in what a program put in their place.</param>
    /// <param name="withhold">Takes secrets out of the arguments, each ended by a NUL character; null leaves them.</param>
    public static string Read(
        ProcReader proc, int pid, out IReadOnlyList<string> arguments, Func<string, string>? withhold = null)
    {
        arguments = [];
        return proc.TryRead(pid, "cmdline"u8, Longest + 1, out ReadOnlySpan<byte> content) == Look.Seen
            ? Parse(content, out arguments, withhold)
            : "";
    }

    /// <summary>The arguments joined by spaces; bytes that are not UTF-8 are replaced.</summary>
    /// <param name="content">The file, or more than <see cref="Longest"/> bytes of it.</param>
    /// <param name="withhold">As for <see cref="Read"/>. A word that is cut is not told then: half a secret looks like none.</param>
    public static string Parse(ReadOnlySpan<byte> content, Func<string, string>? withhold = null) =>
        Parse(content, out _, withhold);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, Func{string, string}?)"/>
    /// <param name="content">The file, or more than <see cref="Longest"/> bytes of it.</param>
    /// <param name="arguments">As for <see cref="Read"/>.</param>
    /// <param name="withhold">As for <see cref="Read"/>.</param>
    public static string Parse(
        ReadOnlySpan<byte> content, out IReadOnlyList<string> arguments, Func<string, string>? withhold = null)
    {
        bool cut = content.Length > Longest;
        return Parse(cut ? content[..Longest] : content, cut, out arguments, withhold);
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, Func{string, string}?)"/>
    /// <param name="content">The arguments, each ended by a NUL byte.</param>
    /// <param name="cut">True where there is more of them.</param>
    /// <param name="arguments">As for <see cref="Read"/>.</param>
    /// <param name="withhold">As for <see cref="Read"/>.</param>
    public static string Parse(
        ReadOnlySpan<byte> content, bool cut, out IReadOnlyList<string> arguments, Func<string, string>? withhold)
    {
        string text = Encoding.UTF8.GetString(cut ? WholeCharacters(content) : content);
        string told = withhold is null ? text : withhold(cut ? WholeWords(text) : text);
        arguments = Split(told);
        string line = Join(told);
        return !cut ? line : withhold is null ? line + '…' : $"{line} …".TrimStart();
    }

    private static string[] Split(string arguments)
    {
        string whole = arguments.TrimEnd('\0');
        return whole.Contains('\0') || arguments.AsSpan().Count('\0') == 1 ? whole.Split('\0') : [];
    }

    private static string Join(string arguments) => arguments.Replace('\0', ' ').Trim();

    /// <summary>All but the last word.</summary>
    private static string WholeWords(string text) => text[..(text.AsSpan().LastIndexOfAny(" \t\r\n\0") + 1)];

    /// <summary>All but a last character that the cut went through.</summary>
    private static ReadOnlySpan<byte> WholeCharacters(ReadOnlySpan<byte> content)
    {
        bool whole = Rune.DecodeLastFromUtf8(content, out _, out int length) == OperationStatus.Done;
        return whole ? content : content[..^length];
    }
}
