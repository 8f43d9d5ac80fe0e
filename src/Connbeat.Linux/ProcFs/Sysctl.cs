using System.Buffers.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>A setting of the kernel below /proc/sys; proc_sys(5), sysctl(8).</summary>
internal static class Sysctl
{
    private const int Longest = 4096;

    /// <summary>
    /// The number that a setting holds; null where the kernel has none of this name, does not let this user read it, or
    /// holds no number there.
    /// </summary>
    /// <param name="proc">Where to read.</param>
    /// <param name="path">As in <c>sys/net/core/rmem_max</c>.</param>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    public static long? Read(ProcReader proc, ReadOnlySpan<byte> path) =>
        proc.TryRead(path, Longest, out ReadOnlySpan<byte> content) == Look.Seen && TryParse(content, out long value)
            ? value
            : null;

    /// <summary>Format is a decimal number and a line feed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> content, out long value)
    {
        ReadOnlySpan<byte> text = content.TrimEnd((byte)'\n');
        return Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length;
    }
}
