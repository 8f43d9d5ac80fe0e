namespace Connbeat.Linux.ProcFs;

/// <summary>The capabilities that connbeat has a use for, by their bits; capabilities(7), linux/capability.h.</summary>
[Flags]
internal enum Capability : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Reads any file and lists any folder.</summary>
    DacReadSearch = 1UL << 2, // CAP_DAC_READ_SEARCH

    /// <summary>Configures the network.</summary>
    NetAdmin = 1UL << 12, // CAP_NET_ADMIN

    /// <summary>Looks into any process.</summary>
    SysPtrace = 1UL << 19, // CAP_SYS_PTRACE

    /// <summary>Enters namespaces, and much else.</summary>
    SysAdmin = 1UL << 21, // CAP_SYS_ADMIN

    /// <summary>Looks into the kernel by BPF programs.</summary>
    Perfmon = 1UL << 38, // CAP_PERFMON

    /// <summary>Loads BPF programs.</summary>
    Bpf = 1UL << 39, // CAP_BPF
}
