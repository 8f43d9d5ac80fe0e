using Connbeat.Capture;
using Connbeat.Capture.Bpf;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Commands.Doctor;

/// <summary>How well are the network namespaces of the host seen?</summary>
internal static class NamespaceCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "namespaces";

    /// <summary>Judges.</summary>
    public static Finding Judge(NamespaceFacts facts)
    {
        if (facts.Scope is NamespaceScope.Host)
        {
            return Finding.Ok(Name, "its own only, as configured");
        }

        List<string> costs = [];
        if (facts.Engine == "netlink" && facts.FromProc > 0)
        {
            costs.Add($"short connections in the {facts.FromProc} read from /proc are missed");
        }

        if (facts.Closed > 0)
        {
            costs.Add($"nothing of the {facts.Closed} closed to it is told");
        }

        string says = $"{facts.Total}: {Parts(facts)}";
        return costs.Count == 0
            ? Finding.Ok(Name, says)
            : new Finding(Name, Status.Degraded, says)
            {
                Costs = costs,
                Mend = facts.Engine == "netlink"
                    ? Grant.Mend(facts.Who, facts.IsInitialUserNamespace, facts.Program, facts.Wanted)
                    : ["set connbeat.source: auto"],
            };
    }

    private static string Parts(NamespaceFacts facts)
    {
        List<string> parts = [facts.WatchesOwn ? "its own" : "its own (not watched, as configured)"];
        if (facts.Entered > 0)
        {
            parts.Add($"{facts.Entered} entered");
        }

        if (facts.FromProc > 0)
        {
            parts.Add($"{facts.FromProc} read from /proc");
        }

        if (facts.Unentered > 0)
        {
            parts.Add($"{facts.Unentered} told by eBPF alone");
        }

        if (facts.Closed > 0)
        {
            parts.Add($"{facts.Closed} closed to it");
        }

        return string.Join(", ", parts);
    }
}

/// <summary>The network namespaces that there are.</summary>
internal sealed record NamespaceFacts
{
    /// <summary>Which are to be watched.</summary>
    public required NamespaceScope Scope { get; init; }

    /// <summary>The engine that looks into them.</summary>
    public required string Engine { get; init; }

    /// <summary>False: its own is not to be watched.</summary>
    public bool WatchesOwn { get; init; } = true;

    /// <summary>How many others were entered.</summary>
    public int Entered { get; init; }

    /// <summary>How many others can only be read from /proc.</summary>
    public int FromProc { get; init; }

    /// <summary>How many others are not entered because eBPF tells of them.</summary>
    public int Unentered { get; init; }

    /// <summary>How many others cannot be looked into at all.</summary>
    public int Closed { get; init; }

    /// <summary>The user and its rights.</summary>
    public required ThreadRights Who { get; init; }

    /// <summary>False: rights end at a user namespace; null: not known.</summary>
    public bool? IsInitialUserNamespace { get; init; }

    /// <summary>The path of the executable.</summary>
    public required string Program { get; init; }

    /// <summary>What it is to be given where something is missing.</summary>
    public required Capability Wanted { get; init; }

    /// <summary>All of them, its own included.</summary>
    public int Total => 1 + Entered + FromProc + Unentered + Closed;

    /// <summary>Opens them all as a run does, and closes them.</summary>
    /// <exception cref="KernelException">No engine opens, or the processes cannot be listed.</exception>
    public static NamespaceFacts Read(ProcReader proc, Patient patient, bool byPrograms)
    {
        CaptureStart start = CaptureFacts.StartOf(patient);
        ICaptureEngine engine = byPrograms ? start.OpenHelper() : start.Choose(engine =>
        {
            engine.OpenOwn().Dispose();
            return engine;
        });
        CaptureSettings settings = start.Settings;
        using WatchedNamespaces watched = new(
            engine, own: null, settings.OwnNamespace, settings.Census,
            new CaptureHappenings(NullLogger<CaptureHappenings>.Instance));
        watched.Refresh();
        return new NamespaceFacts
        {
            Scope = patient.Options.Capture.Namespaces,
            Engine = byPrograms ? ProgramFeed.Name : engine.Name,
            WatchesOwn = settings.WatchOwn,
            Entered = watched.All.Count(view => view is NetlinkView),
            FromProc = watched.All.Count(view => view is ProcView),
            Unentered = watched.All.Count(view => view is UnenteredView),
            Closed = watched.Closed.Count,
            Who = ThreadRights.Read(proc),
            IsInitialUserNamespace = InitialNamespace.IsOfUsers(proc),
            Program = patient.Program,
            Wanted = Grant.For(patient.Options.Capture),
        };
    }
}
