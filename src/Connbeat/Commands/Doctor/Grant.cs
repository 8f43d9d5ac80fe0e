using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>How connbeat is given capabilities by who runs it the way it is run now.</summary>
internal static class Grant
{
    /// <summary>
    /// What connbeat has a use for. setcap(8) replaces what a file had before, so all are named where one is missing.
    /// </summary>
    public const Capability All =
        Capability.NetAdmin | Capability.SysAdmin | Capability.SysPtrace | Capability.DacReadSearch;

    /// <summary>What to type.</summary>
    /// <param name="who">Who runs it now.</param>
    /// <param name="isInitialUserNamespace">False: its capabilities end at a user namespace.</param>
    /// <param name="program">The path of the executable.</param>
    public static IReadOnlyList<string> Mend(ThreadRights who, bool? isInitialUserNamespace, string program)
    {
        if (isInitialUserNamespace is false)
        {
            return ["run connbeat outside of the user namespace; a rootless container is in one"];
        }

        if ((who.Bounding & All) != All)
        {
            // The bounding set of a container or a service is closed; what its file is given would not even start.
            IEnumerable<string> flags = CapabilityNames.Of(All).Select(name => $"--cap-add {name["CAP_".Length..]}");
            return
            [
                $"docker run {string.Join(' ', flags)} …",
                $"in a systemd unit: CapabilityBoundingSet={string.Join(' ', CapabilityNames.Of(All))}",
            ];
        }

        return who.NoNewPrivileges
            ? ["start it without no-new-privileges, or as root (systemd: User=root, or AmbientCapabilities=" +
                $"{string.Join(' ', CapabilityNames.Of(All))})"]
            : [$"sudo setcap {string.Join(',', CapabilityNames.Of(All)).ToLowerInvariant()}+ep {ShellWord.Of(program)}"];
    }
}
