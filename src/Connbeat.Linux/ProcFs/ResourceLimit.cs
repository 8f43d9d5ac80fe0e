using System.Buffers.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>A line of /proc/[pid]/limits; proc_pid_limits(5), getrlimit(2).</summary>
/// <param name="Soft">What holds; <see cref="Unlimited"/> where nothing does.</param>
/// <param name="Hard">How far the process may raise it by itself.</param>
internal readonly record struct ResourceLimit(long Soft, long Hard)
{
    /// <summary>There is no limit.</summary>
    public const long Unlimited = long.MaxValue;

    private const int Longest = 16 * 1024;

    /// <summary>How many files the agent may have open at once, RLIMIT_NOFILE; null where it is not told.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    public static ResourceLimit? ReadOpenFiles(ProcReader proc) =>
        proc.TryRead("self/limits"u8, Longest, out ReadOnlySpan<byte> content) == Look.Seen &&
        TryParse(content, "Max open files"u8, out ResourceLimit limit)
            ? limit
            : null;

    /// <summary>Line format is <c>name soft hard units</c>, in columns; a limit may be <c>unlimited</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> content, ReadOnlySpan<byte> name, out ResourceLimit limit)
    {
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range];
            if (line.StartsWith(name) && line[name.Length..] is [(byte)' ', ..] rest &&
                TryTake(ref rest, out long soft) && TryTake(ref rest, out long hard))
            {
                limit = new ResourceLimit(soft, hard);
                return true;
            }
        }

        limit = default;
        return false;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out long value)
    {
        rest = rest.TrimStart((byte)' ');
        int end = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        if (word.SequenceEqual("unlimited"u8))
        {
            value = Unlimited;
            return true;
        }

        return Utf8Parser.TryParse(word, out value, out int consumed) && consumed == word.Length && value >= 0;
    }
}
