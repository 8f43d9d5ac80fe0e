using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Who runs connbeat, and which of the rights that this configuration has a use for are missing?</summary>
internal static class CapabilityCheck
{
    /// <summary>The name of the first finding.</summary>
    public const string User = "user";

    /// <summary>The name of the second finding.</summary>
    public const string Name = "capabilities";

    private static readonly (Capability Bit, string Cost)[] Costs =
    [
        (Capability.Bpf, "no eBPF: connections shorter than poll_interval are told without their process"),
        (Capability.Perfmon, "no eBPF either"),
        (Capability.NetAdmin, "a burst of closing connections may overrun the receive buffer, see there"),
        (Capability.SysAdmin, "short connections in other network namespaces are missed, and namespaces without a process"),
        (Capability.SysPtrace, "sockets of other users have no process; their network namespaces are only read from /proc"),
        (Capability.DacReadSearch, "sockets of other users have no process: only their user, unit or container"),
    ];

    /// <summary>Judges who it is.</summary>
    public static Finding JudgeUser(CapabilityFacts facts)
    {
        string name = facts.UserName is { } known ? $"{known} (uid {facts.Who.Uid})" : $"uid {facts.Who.Uid}";
        return Finding.Ok(User, facts.IsInitialUserNamespace is false ? $"{name} of a user namespace" : name);
    }

    /// <summary>Judges what may be done.</summary>
    public static Finding Judge(CapabilityFacts facts)
    {
        if (facts.Wanted is Capability.None)
        {
            return Finding.Ok(Name, "none is needed as configured");
        }

        Capability missing = facts.IsInitialUserNamespace is false ? facts.Wanted : facts.Wanted & ~facts.Who.Effective;
        if (missing is Capability.None)
        {
            return Finding.Ok(Name, $"has {CapabilityNames.Joined(facts.Wanted)}");
        }

        string says = facts.IsInitialUserNamespace is false
            ? "capabilities end at the user namespace that it is in"
            : $"lacks {CapabilityNames.Joined(missing)}";
        return new Finding(Name, Status.Degraded, says)
        {
            Costs = [.. Costs.Where(cost => missing.HasFlag(cost.Bit))
                .Select(cost => $"{CapabilityNames.Joined(cost.Bit)}: {cost.Cost}")],
            Mend = Grant.Mend(facts.Who, facts.IsInitialUserNamespace, facts.Program, facts.All),
        };
    }
}

/// <summary>Who runs connbeat, and what it wants.</summary>
internal sealed record CapabilityFacts
{
    /// <summary>The user and its rights.</summary>
    public required ThreadRights Who { get; init; }

    /// <summary>The user's name; null where the system knows none.</summary>
    public string? UserName { get; init; }

    /// <summary>False: rights end at a user namespace; null: not known.</summary>
    public bool? IsInitialUserNamespace { get; init; }

    /// <summary>What the configuration has a use for.</summary>
    public required Capability Wanted { get; init; }

    /// <summary>What it is to be given where something of that is missing.</summary>
    public required Capability All { get; init; }

    /// <summary>The path of the executable.</summary>
    public required string Program { get; init; }

    /// <summary>Gathers them.</summary>
    public static CapabilityFacts Read(ProcReader proc, Patient patient)
    {
        ThreadRights who = ThreadRights.Read(proc);
        return new CapabilityFacts
        {
            Who = who,
            UserName = UserText.NameOf(who.Uid),
            IsInitialUserNamespace = InitialNamespace.IsOfUsers(proc),
            Wanted = WantedBy(patient.Options, Sysctl.Read(proc, "sys/net/core/rmem_max"u8)),
            All = Grant.For(patient.Options.Capture),
            Program = patient.Program,
        };
    }

    /// <summary>What a configuration has a use for.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="largestBuffer">net.core.rmem_max: so large a buffer everybody gets; null: not known.</param>
    public static Capability WantedBy(AgentOptions options, long? largestBuffer)
    {
        if (Grant.For(options.Capture) is Grant.ForPrograms && options.Capture.Source is not CaptureSource.Netlink)
        {
            Capability programs = Capability.Bpf | Capability.Perfmon | Capability.NetAdmin;
            return options.Enrichment.ExposeProcessInfo
                ? programs | Capability.SysPtrace | Capability.DacReadSearch
                : programs;
        }

        bool netlink = options.Capture.Source is not CaptureSource.Procfs;
        bool enters = netlink && options.Capture.Namespaces is NamespaceScope.All;
        Capability wanted = netlink && largestBuffer is not >= NetlinkEngine.OwnBufferBytes
            ? Capability.NetAdmin
            : Capability.None;
        wanted |= enters ? Capability.SysAdmin | Capability.SysPtrace : Capability.None;
        wanted |= options.Enrichment.Nat ? Capability.NetAdmin : Capability.None;
        return options.Enrichment.ExposeProcessInfo ? wanted | Capability.SysPtrace | Capability.DacReadSearch : wanted;
    }
}
