using System.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>/proc/[pid]/environ: what the process was started with, NUL between; proc_pid_environ(5).</summary>
internal static class Environ
{
    /// <summary>How many bytes are read; a variable that goes beyond is not told.</summary>
    public const int Longest = 128 * 1024;

    /// <summary>Reads the file of a process; null where it cannot be read.</summary>
    /// <param name="proc">Where to read.</param>
    /// <param name="pid">Whose.</param>
    /// <param name="names">The variables that are told; null tells all.</param>
    public static IReadOnlyList<string>? Read(ProcReader proc, int pid, IReadOnlySet<string>? names) =>
        proc.TryRead(pid, "environ"u8, Longest + 1, out ReadOnlySpan<byte> content) == Look.Seen
            ? Parse(content, names)
            : null;

    /// <summary>The variables as NAME=value, in their order; bytes that are not UTF-8 are replaced.</summary>
    public static IReadOnlyList<string> Parse(ReadOnlySpan<byte> content, IReadOnlySet<string>? names)
    {
        if (content.Length > Longest)
        {
            // Half a value would be a lie.
            content = content[..(content[..Longest].LastIndexOf((byte)0) + 1)];
        }

        List<string> variables = [];
        foreach (Range range in content.Split((byte)0))
        {
            if (ParseVariable(content[range], names) is { } variable)
            {
                variables.Add(variable);
            }
        }

        return variables;
    }

    /// <summary>A process may have written anything over its environment: what has no name is not a variable.</summary>
    private static string? ParseVariable(ReadOnlySpan<byte> bytes, IReadOnlySet<string>? names)
    {
        int nameLength = bytes.IndexOf((byte)'=');
        if (nameLength <= 0)
        {
            return null;
        }

        return names is null || names.Contains(Encoding.UTF8.GetString(bytes[..nameLength]))
            ? Encoding.UTF8.GetString(bytes)
            : null;
    }
}
