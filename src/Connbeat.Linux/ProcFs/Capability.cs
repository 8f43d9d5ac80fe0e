namespace Connbeat.Linux.ProcFs;

/// <summary>The capabilities that connbeat has a use for or keeps away, by their bits; capabilities(7), linux/capability.h.</summary>
[Flags]
internal enum Capability : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Gives files away.</summary>
    Chown = 1UL << 0, // CAP_CHOWN

    /// <summary>Reads, writes and runs any file.</summary>
    DacOverride = 1UL << 1, // CAP_DAC_OVERRIDE

    /// <summary>Reads any file and lists any folder.</summary>
    DacReadSearch = 1UL << 2, // CAP_DAC_READ_SEARCH

    /// <summary>Does with any file what its owner may.</summary>
    Fowner = 1UL << 3, // CAP_FOWNER

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

    /// <summary>All that open files which their user may not open, the last by /proc/[pid]/root, cwd and fd.</summary>
    OverFiles = Chown | DacOverride | DacReadSearch | Fowner | SysPtrace,
}
