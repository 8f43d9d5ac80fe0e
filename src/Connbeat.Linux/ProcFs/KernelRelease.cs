using System.Buffers.Text;
using System.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>/proc/sys/kernel/osrelease, which <c>uname -r</c> prints too; uname(2).</summary>
/// <param name="Major">The 6 of 6.18.44-generic.</param>
/// <param name="Minor">The 18.</param>
/// <param name="Text">The whole of it.</param>
internal readonly record struct KernelRelease(int Major, int Minor, string Text)
{
    private const int Longest = 256;

    /// <summary>Reads it; null where this /proc does not tell.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    public static KernelRelease? Read(ProcReader proc) =>
        proc.TryRead("sys/kernel/osrelease"u8, Longest, out ReadOnlySpan<byte> content) == Look.Seen &&
        TryParse(content, out KernelRelease release)
            ? release
            : null;

    /// <summary>True for this version and later ones.</summary>
    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <summary>Format is <c>major.minor</c>, whatever its maker adds, and a line feed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> content, out KernelRelease release)
    {
        ReadOnlySpan<byte> text = content.TrimEnd((byte)'\n');
        release = default;
        if (!Utf8Parser.TryParse(text, out int major, out int digits) || major < 0 ||
            text[digits..] is not [(byte)'.', .. ReadOnlySpan<byte> rest] ||
            !Utf8Parser.TryParse(rest, out int minor, out _) || minor < 0)
        {
            return false;
        }

        release = new KernelRelease(major, minor, Encoding.UTF8.GetString(text));
        return true;
    }
}
