using System.Buffers.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>What connbeat needs of /proc/stat; proc_stat(5).</summary>
internal static class SystemStat
{
    private const int Longest = 1024 * 1024; // the line of interrupts grows with the machine, and comes first

    /// <summary>When the machine was booted, in whole seconds since 1970; null where that cannot be read.</summary>
    public static long? BootSeconds(ProcReader proc) =>
        proc.TryRead("stat"u8, Longest, out ReadOnlySpan<byte> content) == Look.Seen ? ParseBootSeconds(content) : null;

    /// <summary>The number in the line <c>btime 1763705459</c>; null where there is none.</summary>
    public static long? ParseBootSeconds(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> name = "btime "u8;
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range];
            if (line.StartsWith(name) && Utf8Parser.TryParse(line[name.Length..], out uint seconds, out int digits) &&
                digits == line.Length - name.Length)
            {
                return seconds;
            }
        }

        return null;
    }
}
