using System.Buffers.Text;
using System.Text;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// A line of /proc/[pid]/cgroup: where a process stands in one hierarchy; cgroups(7). Version 2 is hierarchy 0 without
/// controllers; version 1 and hybrid hosts have a hierarchy of systemd's own, <c>name=systemd</c>.
/// </summary>
/// <param name="Hierarchy">Number of the hierarchy.</param>
/// <param name="Controllers">Its controllers, or its name, joined by commas.</param>
/// <param name="Path">The control group within it, from <c>/</c>.</param>
internal readonly record struct Cgroup(int Hierarchy, string Controllers, string Path)
{
    private const int Longest = 64 * 1024;

    /// <summary>Reads the file of a process; empty where it cannot be read.</summary>
    /// <exception cref="KernelException">The kernel refused for a reason that is not of that process.</exception>
    public static IReadOnlyList<Cgroup> Read(ProcReader proc, int pid)
    {
        TryRead(proc, pid, out IReadOnlyList<Cgroup> groups);
        return groups;
    }

    /// <inheritdoc cref="Read"/>
    public static Look TryRead(ProcReader proc, int pid, out IReadOnlyList<Cgroup> groups)
    {
        Look look = proc.TryRead(pid, "cgroup"u8, Longest, out ReadOnlySpan<byte> content);
        groups = look is Look.Seen ? Parse(content) : [];
        return look;
    }

    /// <summary>One entry for each line that is one.</summary>
    public static IReadOnlyList<Cgroup> Parse(ReadOnlySpan<byte> content)
    {
        List<Cgroup> groups = [];
        foreach (Range range in content.Split((byte)'\n'))
        {
            if (TryParse(content[range], out Cgroup group))
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    /// <summary>Line format is <c>hierarchyID:[controller1,controller2]:path</c>; a path may contain colons.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out Cgroup group)
    {
        group = default;
        if (!Utf8Parser.TryParse(line, out int hierarchy, out int consumed) || hierarchy < 0 ||
            consumed == line.Length || line[consumed] != ':')
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line[(consumed + 1)..];
        int colon = rest.IndexOf((byte)':');
        if (colon < 0)
        {
            return false;
        }

        string controllers = Encoding.UTF8.GetString(rest[..colon]);
        group = new Cgroup(hierarchy, controllers, Encoding.UTF8.GetString(rest[(colon + 1)..]));
        return true;
    }

    /// <summary>The path without the mark that the kernel puts behind a group that was removed.</summary>
    public static ReadOnlySpan<char> WithoutMark(ReadOnlySpan<char> path)
    {
        const string Deleted = " (deleted)";

        return path.EndsWith(Deleted) ? path[..^Deleted.Length] : path;
    }
}
