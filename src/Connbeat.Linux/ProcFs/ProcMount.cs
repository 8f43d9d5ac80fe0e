using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>How a /proc is mounted: which processes of others it shows; proc(5).</summary>
/// <param name="Hides">The value of <c>hidepid</c>, as the kernel writes it; null where nothing is hidden.</param>
internal readonly record struct ProcMount(string? Hides)
{
    private static ReadOnlySpan<byte> Option => "hidepid="u8;

    /// <summary>Reads how the tree is mounted; null where it is not mounted by itself.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    public static ProcMount? Read(ProcReader proc)
    {
        proc.TryOpen(0, "self/mountinfo"u8, out SafeFileHandle? file);
        using (file)
        {
            ProcMount? found = null;
            if (file is not null)
            {
                FileLines lines = new();
                lines.Start(file);
                while (lines.MoveNext()) // what is mounted over another comes later
                {
                    found = TryParse(lines.Current, proc.Root, out ProcMount mount) ? mount : found;
                }
            }

            return found;
        }
    }

    /// <summary>Reads a line of /proc/[pid]/mountinfo; false where no proc is mounted at <paramref name="root"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, string root, out ProcMount mount)
    {
        mount = default;
        if (!MountInfo.TryParse(line, out MountInfo info) || info.FileSystem != "proc" || info.MountPoint != root)
        {
            return false;
        }

        // The file system's own options are the last field, and the kernel writes no space in it.
        ReadOnlySpan<byte> options = line[(line.LastIndexOf((byte)' ') + 1)..];
        foreach (Range range in options.Split((byte)','))
        {
            ReadOnlySpan<byte> option = options[range];
            if (option.StartsWith(Option) && !IsNothing(option[Option.Length..]))
            {
                mount = new ProcMount(Encoding.UTF8.GetString(option[Option.Length..]));
            }
        }

        return true;
    }

    /// <summary>Kernels since 5.8 write words, those before numbers.</summary>
    private static bool IsNothing(ReadOnlySpan<byte> value) => value.SequenceEqual("0"u8) || value.SequenceEqual("off"u8);
}
