namespace Connbeat.Linux.ProcFs;

/// <summary>
/// The systemd unit of a process, told by where systemd put its control group; systemd.unit(5), and the naming rules of
/// https://systemd.io/CONTROL_GROUP_INTERFACE.
/// </summary>
internal static class SystemdUnit
{
    private static readonly string[] Kinds = [".service", ".scope", ".socket", ".mount", ".swap"];

    /// <summary>The unit, such as <c>ssh.service</c>; null where systemd did not start the process.</summary>
    public static string? Of(IReadOnlyList<Cgroup> groups)
    {
        string? named = null;
        string? unified = null;
        foreach (Cgroup group in groups)
        {
            if (group.Controllers == "name=systemd")
            {
                named = Of(group.Path);
            }
            else if (group is { Hierarchy: 0, Controllers: "" })
            {
                unified = Of(group.Path);
            }
        }

        return named ?? unified;
    }

    /// <summary>The deepest part of the path that names a unit; a slice only where nothing else does.</summary>
    public static string? Of(ReadOnlySpan<char> path)
    {
        path = Cgroup.WithoutMark(path);
        string? slice = null;
        while (!path.IsEmpty)
        {
            int slash = path.LastIndexOf('/');
            ReadOnlySpan<char> name = Unescaped(path[(slash + 1)..]);
            if (IsUnit(name))
            {
                return name.ToString();
            }

            if (slice is null && EndsIn(name, ".slice"))
            {
                slice = name.ToString();
            }

            path = path[..Math.Max(slash, 0)];
        }

        return slice;
    }

    /// <summary>systemd puts one underscore before a name that the kernel could take for a file of its own.</summary>
    private static ReadOnlySpan<char> Unescaped(ReadOnlySpan<char> name) => name.StartsWith('_') ? name[1..] : name;

    private static bool IsUnit(ReadOnlySpan<char> name)
    {
        foreach (string kind in Kinds)
        {
            if (EndsIn(name, kind))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsIn(ReadOnlySpan<char> name, string kind) =>
        name.Length > kind.Length && name.EndsWith(kind);
}
