using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Commands.Doctor;

/// <summary>Who may run connbeat.</summary>
internal static class Users
{
    /// <summary>What setcap has to be given, whatever is missing, where eBPF works.</summary>
    public const string SetCapabilities =
        ToFile + "cap_net_admin,cap_sys_ptrace,cap_dac_read_search,cap_bpf,cap_perfmon+ep /usr/bin/connbeat";

    /// <summary>The same where netlink has to do.</summary>
    public const string SetCapabilitiesForNetlink =
        ToFile + "cap_net_admin,cap_sys_admin,cap_sys_ptrace,cap_dac_read_search+ep /usr/bin/connbeat";

    /// <summary>Where connbeat is.</summary>
    public const string Program = "/usr/bin/connbeat";

    private const string ToFile =
        "sudo chgrp 65534 /usr/bin/connbeat && sudo chmod 750 /usr/bin/connbeat && sudo setcap ";

    private const Capability Every = (Capability)0x1ff_ffff_ffff;

    /// <summary>May do anything.</summary>
    public static readonly ThreadRights Root = new(0, Every, Every, NoNewPrivileges: false);

    /// <summary>May do nothing, but could be given rights.</summary>
    public static readonly ThreadRights Nobody = new(65534, Capability.None, Every, NoNewPrivileges: false) { Group = 65534 };
}
