using System.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>A descriptor of the agent's own: where it leads, and what it was opened for; proc_pid_fdinfo(5).</summary>
/// <param name="IsWritable">True where it was opened for writing.</param>
/// <param name="Target">A path, or <c>pipe:[4711]</c> and the like.</param>
internal readonly record struct OpenDescriptor(bool IsWritable, string Target)
{
    private const int Longest = 4096;

    /// <summary>Reads what is known of one; null where it is not open, or this /proc does not tell.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    public static OpenDescriptor? Read(ProcReader proc, int descriptor)
    {
        byte[] information = Encoding.UTF8.GetBytes($"self/fdinfo/{descriptor}");
        byte[] link = Encoding.UTF8.GetBytes($"self/fd/{descriptor}");
        if (proc.TryRead(information, Longest, out ReadOnlySpan<byte> content) != Look.Seen ||
            !TryParse(content, out bool isWritable) ||
            proc.TryReadLink(0, link, out ReadOnlySpan<byte> target) != Look.Seen)
        {
            return null;
        }

        return new OpenDescriptor(isWritable, Encoding.UTF8.GetString(target));
    }

    /// <summary>Finds <c>flags:\toctal</c>, whose two lowest bits are the access mode; open(2).</summary>
    public static bool TryParse(ReadOnlySpan<byte> content, out bool isWritable)
    {
        const int AccessMode = 3, ReadOnly = 0; // O_ACCMODE, O_RDONLY

        isWritable = false;
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range];
            if (line.StartsWith("flags:\t"u8) && line[^1] is >= (byte)'0' and <= (byte)'7')
            {
                isWritable = ((line[^1] - '0') & AccessMode) != ReadOnly;
                return true;
            }
        }

        return false;
    }
}
