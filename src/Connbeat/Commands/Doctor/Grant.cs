using Connbeat.Config;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>
/// How connbeat is given capabilities by who runs it the way it is run now. setcap(8) replaces what a file had before, so all
/// are named where one is missing.
/// </summary>
internal static class Grant
{
    /// <summary>What connbeat has a use for where eBPF works.</summary>
    public const Capability ForPrograms =
        Capability.NetAdmin | Capability.SysPtrace | Capability.DacReadSearch | Capability.Bpf | Capability.Perfmon;

    /// <summary>What it has a use for where netlink has to do.</summary>
    public const Capability ForNetlink =
        Capability.NetAdmin | Capability.SysAdmin | Capability.SysPtrace | Capability.DacReadSearch;

    /// <summary>What it has a use for as it is configured.</summary>
    public static Capability For(CaptureOptions options) =>
        options.Source is CaptureSource.Auto or CaptureSource.Ebpf && options.Protocols.Contains(WatchedProtocol.Tcp)
            ? ForPrograms
            : ForNetlink;

    /// <summary>What to type.</summary>
    /// <param name="who">Who runs it now.</param>
    /// <param name="isInitialUserNamespace">False: its capabilities end at a user namespace.</param>
    /// <param name="program">The path of the executable.</param>
    /// <param name="all">What it is to have.</param>
    public static IReadOnlyList<string> Mend(
        ThreadRights who, bool? isInitialUserNamespace, string program, Capability all)
    {
        if (isInitialUserNamespace is false)
        {
            return ["run connbeat outside of the user namespace; a rootless container is in one"];
        }

        if ((who.Bounding & all) != all)
        {
            // The bounding set of a container or a service is closed; what its file is given would not even start.
            IEnumerable<string> flags = CapabilityNames.Of(all).Select(name => $"--cap-add {name["CAP_".Length..]}");
            return
            [
                $"docker run {string.Join(' ', flags)} …",
                $"in a systemd unit: CapabilityBoundingSet={string.Join(' ', CapabilityNames.Of(all))}",
            ];
        }

        return who.NoNewPrivileges
            ? ["start it without no-new-privileges, or as root (systemd: User=root, or AmbientCapabilities=" +
                $"{string.Join(' ', CapabilityNames.Of(all))})"]
            : [ToFile(program, who.Group, all)];
    }

    /// <summary>What gives them to the file, and lets nobody start it but its owner and a group.</summary>
    public static string ToFile(string program, uint group, Capability all)
    {
        string file = ShellWord.Of(program);
        string names = string.Join(',', CapabilityNames.Of(all)).ToLowerInvariant();
        return $"sudo chgrp {group} {file} && sudo chmod 750 {file} && sudo setcap {names}+ep {file}"; // chgrp takes what setcap gave
    }
}
