using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Would an eBPF engine work here? This version has none, and depends on nothing of it.</summary>
internal static class BpfCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "bpf";

    private const Capability Needed = Capability.Bpf | Capability.Perfmon;

    /// <summary>Judges.</summary>
    public static Finding Judge(BpfFacts facts)
    {
        List<string> costs = [];
        List<string> mend = [];
        if (facts.Release is { } release && !release.IsAtLeast(5, 8))
        {
            costs.Add("the kernel is older than Linux 5.8"); // ring buffers and CAP_BPF came with it
        }

        if (!facts.HasTypes)
        {
            costs.Add("the kernel does not tell its types: /sys/kernel/btf/vmlinux, of CONFIG_DEBUG_INFO_BTF");
        }

        if (facts.Jit is 0)
        {
            costs.Add("programs are interpreted, not compiled");
            mend.Add("sudo sysctl -w net.core.bpf_jit_enable=1");
        }

        Capability missing = Needed & ~facts.Who.Effective;
        if (missing is not Capability.None && !facts.Who.Has(Capability.SysAdmin))
        {
            costs.Add($"lacks {CapabilityNames.Joined(missing)}");
        }

        return costs.Count == 0
            ? Finding.Ok(Name, "an eBPF engine would work; this version has none")
            : new Finding(Name, Status.Note, "an eBPF engine would not work; this version has none")
            {
                Costs = costs,
                Mend = mend,
            };
    }
}

/// <summary>What an eBPF engine needs.</summary>
internal sealed record BpfFacts
{
    /// <summary>The kernel's; null where /proc does not tell.</summary>
    public KernelRelease? Release { get; init; }

    /// <summary>True where the kernel tells its types.</summary>
    public bool HasTypes { get; init; }

    /// <summary>net.core.bpf_jit_enable; null where it is not told.</summary>
    public long? Jit { get; init; }

    /// <summary>The user and its rights.</summary>
    public required ThreadRights Who { get; init; }

    /// <summary>Gathers them.</summary>
    public static BpfFacts Read(ProcReader proc) => new()
    {
        Release = KernelRelease.Read(proc),
        HasTypes = File.Exists("/sys/kernel/btf/vmlinux"),
        Jit = Sysctl.Read(proc, "sys/net/core/bpf_jit_enable"u8),
        Who = ThreadRights.Read(proc),
    };
}
