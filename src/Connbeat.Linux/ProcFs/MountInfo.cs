using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>A line of /proc/[pid]/mountinfo: something that is mounted; proc_pid_mountinfo(5).</summary>
/// <param name="Root">What of the file system is mounted; <c>net:[4026531840]</c> of a network namespace.</param>
/// <param name="MountPoint">Where, from the root of the process.</param>
/// <param name="FileSystem">The file system's kind, such as <c>ext4</c>; <c>nsfs</c> of a namespace.</param>
/// <param name="Source">What it is of, such as a device; may be empty.</param>
internal readonly record struct MountInfo(string Root, string MountPoint, string FileSystem, string Source)
{
    /// <summary>Reads all of the agent's own; empty where they cannot be read.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    public static IReadOnlyList<MountInfo> Read(ProcReader proc)
    {
        List<MountInfo> mounts = [];
        Read(proc, new FileLines(), default, mounts);
        return mounts;
    }

    /// <summary>Adds those of one kind of file system, and makes no garbage for the others.</summary>
    /// <param name="proc">Where to read.</param>
    /// <param name="lines">The buffer to read through: a host may have as many mounts as fs.mount-max, 100,000.</param>
    /// <param name="fileSystem">The kind; empty for all.</param>
    /// <param name="mounts">Takes them, in the order of the file.</param>
    /// <exception cref="KernelException">The kernel refused for a reason of its own.</exception>
    public static Look Read(ProcReader proc, FileLines lines, ReadOnlySpan<byte> fileSystem, List<MountInfo> mounts)
    {
        Look look = proc.TryOpen(0, "self/mountinfo"u8, out SafeFileHandle? file);
        using (file)
        {
            if (file is null)
            {
                return look;
            }

            lines.Start(file);
            while (lines.MoveNext())
            {
                Fields fields = new(lines.Current);
                if (fields.AreComplete && (fileSystem.IsEmpty || fields.FileSystem.SequenceEqual(fileSystem)))
                {
                    mounts.Add(From(fields));
                }
            }
        }

        return lines.Errno == 0 ? Look.Seen : proc.Judge(lines.Errno, "read", 0, "self/mountinfo"u8);
    }

    /// <summary>
    /// Line format is <c>id parent major:minor root mount-point options [optional …] - file-system source options</c>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out MountInfo mount)
    {
        Fields fields = new(line);
        mount = fields.AreComplete ? From(fields) : default;
        return fields.AreComplete;
    }

    private static MountInfo From(in Fields fields) => new(
        Unescaped(fields.Root), Unescaped(fields.MountPoint), Unescaped(fields.FileSystem), Unescaped(fields.Source));

    /// <summary>The text with <c>\040</c> and its like, which the kernel writes for what would split a line, undone.</summary>
    private static string Unescaped(ReadOnlySpan<byte> field)
    {
        if (!field.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(field);
        }

        byte[] bytes = new byte[field.Length];
        int length = 0;
        while (!field.IsEmpty)
        {
            bool isEscape = TryParseEscape(field, out byte value);
            bytes[length++] = value;
            field = field[(isEscape ? 4 : 1)..];
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>The byte that a backslash and three octal digits stand for; else the first byte of the text.</summary>
    private static bool TryParseEscape(ReadOnlySpan<byte> text, out byte value)
    {
        value = text[0];
        if (value != '\\' || text.Length < 4 || text[1] is not (>= (byte)'0' and <= (byte)'3') ||
            text[1..4].ContainsAnyExceptInRange((byte)'0', (byte)'7'))
        {
            return false;
        }

        value = (byte)(((text[1] - '0') << 6) | ((text[2] - '0') << 3) | (text[3] - '0'));
        return true;
    }

    /// <summary>The fields of a line as they are written.</summary>
    private readonly ref struct Fields
    {
        public Fields(ReadOnlySpan<byte> line)
        {
            FieldReader reader = new(line);
            reader.Pass(3);
            Root = reader.Read();
            MountPoint = reader.Read();
            reader.Pass(1);
            while (!reader.AtEnd && !reader.Read().SequenceEqual("-"u8))
            {
                // optional fields, of which there may be any number
            }

            FileSystem = reader.Read();
            AreComplete = !reader.AtEnd;
            Source = reader.Read();
        }

        public bool AreComplete { get; }

        public ReadOnlySpan<byte> Root { get; }

        public ReadOnlySpan<byte> MountPoint { get; }

        public ReadOnlySpan<byte> FileSystem { get; }

        public ReadOnlySpan<byte> Source { get; }
    }

    /// <summary>Reads what stands between single spaces: a source that is empty has one on either side.</summary>
    private ref struct FieldReader(ReadOnlySpan<byte> line)
    {
        private ReadOnlySpan<byte> _rest = line;

        public bool AtEnd { get; private set; }

        public void Pass(int count)
        {
            for (; count > 0; count--)
            {
                Read();
            }
        }

        public ReadOnlySpan<byte> Read()
        {
            int end = _rest.IndexOf((byte)' ');
            AtEnd = end < 0;
            ReadOnlySpan<byte> field = AtEnd ? _rest : _rest[..end];
            _rest = AtEnd ? default : _rest[(end + 1)..];
            return field;
        }
    }
}
