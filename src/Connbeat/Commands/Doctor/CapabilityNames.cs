using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>The names of capabilities as capabilities(7) writes them.</summary>
internal static class CapabilityNames
{
    private static readonly (Capability Bit, string Name)[] Known =
    [
        (Capability.NetAdmin, "CAP_NET_ADMIN"),
        (Capability.SysAdmin, "CAP_SYS_ADMIN"),
        (Capability.SysPtrace, "CAP_SYS_PTRACE"),
        (Capability.DacReadSearch, "CAP_DAC_READ_SEARCH"),
        (Capability.Bpf, "CAP_BPF"),
        (Capability.Perfmon, "CAP_PERFMON"),
    ];

    /// <summary>The name of each, always in the same order.</summary>
    public static IEnumerable<string> Of(Capability set) =>
        from known in Known
        where set.HasFlag(known.Bit)
        select known.Name;

    /// <summary>All of them as a sentence names them.</summary>
    public static string Joined(Capability set) => string.Join(", ", Of(set));
}
