using System.Buffers.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>/proc/sys/kernel/random/boot_id: a number that every boot draws anew; random(4).</summary>
internal static class BootId
{
    private const int Longest = 64;

    /// <summary>Reads it; null where this /proc has none, as a container's may not.</summary>
    public static Guid? Read(ProcReader proc) =>
        proc.TryRead("sys/kernel/random/boot_id"u8, Longest, out ReadOnlySpan<byte> content) == Look.Seen &&
        TryParse(content, out Guid id)
            ? id
            : null;

    /// <summary>Format is 8-4-4-4-12 hexadecimal digits and a line feed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> content, out Guid id)
    {
        ReadOnlySpan<byte> text = content.TrimEnd((byte)'\n');
        return Utf8Parser.TryParse(text, out id, out int consumed, 'D') && consumed == text.Length;
    }
}
