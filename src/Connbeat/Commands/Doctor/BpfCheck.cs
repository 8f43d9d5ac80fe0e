using Connbeat.Capture;
using Connbeat.Capture.Bpf;
using Connbeat.Config;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Does eBPF work here, and all of it? The programs are loaded and attached for a moment, as a run does.</summary>
internal static class BpfCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "bpf";

    private const Capability Needed = Capability.Bpf | Capability.Perfmon;

    /// <summary>Judges.</summary>
    public static Finding Judge(BpfFacts facts)
    {
        if (!facts.IsTried)
        {
            string says = $"not used, as configured (source: {NameOf(facts.Asked)})";
            return !facts.WantsFlows
                ? Finding.Ok(Name, says)
                : new Finding(Name, Status.Degraded, says)
                {
                    Costs = [ProgramWords.CostOf(ProgramFeature.Flows)],
                    Mend = ["set connbeat.source: auto, or connbeat.udp_flows: false"],
                };
        }

        if (facts.Failure is { } failure)
        {
            bool isNeeded = facts.Asked is CaptureSource.Ebpf;
            return new Finding(Name, isNeeded ? Status.Broken : Status.Degraded, $"does not work: {failure.Message}")
            {
                Costs =
                [
                    isNeeded ? "connbeat does not start" :
                        "connections shorter than poll_interval are told without their process, refused connects not at all",
                    .. facts.WantsFlows && !isNeeded ? [ProgramWords.CostOf(ProgramFeature.Flows)] : Array.Empty<string>(),
                    .. Said(failure),
                ],
                Mend = [MendOf(facts, failure)],
            };
        }

        List<string> costs =
        [
            .. facts.Refusals.Select(refusal =>
                $"without {refusal.Feature}: {ProgramWords.CostOf(refusal.Feature)} ({refusal.Failure.Message})"),
            .. facts.Refusals.SelectMany(refusal => Said(refusal.Failure)),
        ];
        List<string> mend = [.. facts.Refusals.Select(refusal => MendOf(facts, refusal))];
        if (facts.Jit is 0)
        {
            costs.Add("programs are interpreted, not compiled, which costs more");
            mend.Add("sudo sysctl -w net.core.bpf_jit_enable=1");
        }

        return costs.Count == 0
            ? Finding.Ok(Name, $"works: connections, their owners, processes, failed connects{(facts.WantsFlows ? ", flows of UDP" : "")}")
            : new Finding(Name, facts.Refusals.Count > 0 ? Status.Degraded : Status.Note, "works, but not all of it")
            {
                Costs = costs,
                Mend = [.. mend.Distinct()],
            };
    }

    /// <summary>The end of what the verifier and libbpf said; who reports a fault is asked for it.</summary>
    private static IEnumerable<string> Said(BpfException failure)
    {
        const int Most = 8;

        if (LibBpfWords.ProgramOf(failure.Log) is null)
        {
            return []; // nothing was verified
        }

        string[] lines = failure.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.TakeLast(Most).Select(line => $"libbpf said: {line}");
    }

    private static string MendOf(BpfFacts facts, BpfException failure)
    {
        const int NotPermitted = 1; // EPERM

        if (failure.IsOfLibrary)
        {
            return "sudo apt-get install libbpf1; on Fedora: sudo dnf install libbpf";
        }

        Capability missing = facts.Who.Has(Capability.SysAdmin) ? Capability.None : Needed & ~facts.Who.Effective;
        if (failure.Errno == NotPermitted || missing is not Capability.None || facts.IsInitialUserNamespace is false)
        {
            return missing is Capability.None && facts.IsInitialUserNamespace is not false
                ? "ask what forbids it: a container's seccomp profile, kernel lockdown or a security module may"
                : Grant.Mend(facts.Who, facts.IsInitialUserNamespace, facts.Program, Grant.ForPrograms)[0];
        }

        return !facts.HasTypes
            ? "take a kernel that tells its types: CONFIG_DEBUG_INFO_BTF, /sys/kernel/btf/vmlinux"
            : facts.Release is { } release && !release.IsAtLeast(5, 12)
                ? "take a kernel from Linux 5.12 on, or set connbeat.source: netlink"
                : "report it with this output, or set connbeat.source: netlink";
    }

    private static string MendOf(BpfFacts facts, ProgramRefusal refusal) => refusal.Feature switch
    {
        ProgramFeature.Uses => "take a kernel from Linux 6.3 on",
        ProgramFeature.Attempts or ProgramFeature.Flows when !facts.Who.Has(Capability.NetAdmin) =>
            Grant.Mend(facts.Who, facts.IsInitialUserNamespace, facts.Program, Grant.ForPrograms)[0],
        ProgramFeature.Attempts or ProgramFeature.Flows => "docker run --cgroupns host …, or mount cgroup2 at /sys/fs/cgroup",
        _ => "report it with this output",
    };

    private static string NameOf(CaptureSource source) => source.ToString().ToLowerInvariant();
}

/// <summary>What came of trying eBPF.</summary>
internal sealed record BpfFacts
{
    /// <summary>What is configured.</summary>
    public required CaptureSource Asked { get; init; }

    /// <summary>False where the configuration does not lead to it.</summary>
    public bool IsTried { get; init; } = true;

    /// <summary>True where the configuration asks whom UDP sockets talk to.</summary>
    public bool WantsFlows { get; init; }

    /// <summary>Why it does not work; null where it does, or was not tried.</summary>
    public BpfException? Failure { get; init; }

    /// <summary>What of it does not work.</summary>
    public IReadOnlyList<ProgramRefusal> Refusals { get; init; } = [];

    /// <summary>The kernel's; null where /proc does not tell.</summary>
    public KernelRelease? Release { get; init; }

    /// <summary>True where the kernel tells its types.</summary>
    public bool HasTypes { get; init; }

    /// <summary>net.core.bpf_jit_enable; null where it is not told.</summary>
    public long? Jit { get; init; }

    /// <summary>The user and its rights.</summary>
    public required ThreadRights Who { get; init; }

    /// <summary>False: rights end at a user namespace; null: not known.</summary>
    public bool? IsInitialUserNamespace { get; init; }

    /// <summary>The path of the executable.</summary>
    public required string Program { get; init; }

    /// <summary>True where it is tried and works, if not all of it.</summary>
    public bool Works => IsTried && Failure is null;

    /// <summary>Loads and attaches the programs, and lets them go.</summary>
    public static BpfFacts Read(ProcReader proc, Patient patient)
    {
        CaptureStart start = CaptureFacts.StartOf(patient);
        BpfFacts facts = new()
        {
            Asked = patient.Options.Capture.Source,
            IsTried = start.TriesPrograms,
            WantsFlows = start.WantsFlows,
            Release = KernelRelease.Read(proc),
            HasTypes = File.Exists("/sys/kernel/btf/vmlinux"),
            Jit = Sysctl.Read(proc, "sys/net/core/bpf_jit_enable"u8),
            Who = ThreadRights.Read(proc),
            IsInitialUserNamespace = InitialNamespace.IsOfUsers(proc),
            Program = patient.Program,
        };
        if (!facts.IsTried)
        {
            return facts;
        }

        try
        {
            using KernelPrograms programs = start.LoadPrograms();
            return facts with { Refusals = programs.Refusals };
        }
        catch (BpfException failure)
        {
            return facts with { Failure = failure };
        }
    }
}
