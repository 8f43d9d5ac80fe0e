using System.Runtime.InteropServices;
using Connbeat.Linux.ProcFs;
using Native = System.Runtime.InteropServices.Architecture;

namespace Connbeat.Commands.Doctor;

/// <summary>Is the kernel one that connbeat knows?</summary>
internal static class KernelCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "kernel";

    /// <summary>Judges.</summary>
    public static Finding Judge(KernelFacts facts)
    {
        string says = $"Linux {facts.Release?.Text ?? "of a release that /proc does not tell"} on {facts.Architecture}";
        List<string> costs = [];
        if (facts.Release is { } release && !release.IsAtLeast(5, 8))
        {
            // INET_DIAG_CGROUP_ID came with Linux 5.8.
            costs.Add("before Linux 5.8: a socket without a known process is told without its unit and container");
        }

        if (facts.Architecture is not ("x86_64" or "aarch64"))
        {
            costs.Add("connbeat is tested on x86_64 and aarch64 only");
        }

        return costs.Count == 0 ? Finding.Ok(Name, says) : new Finding(Name, Status.Note, says) { Costs = costs };
    }
}

/// <summary>The machine that connbeat runs on.</summary>
/// <param name="Release">The kernel's; null where /proc does not tell.</param>
/// <param name="Architecture">As <c>uname -m</c> names it.</param>
internal sealed record KernelFacts(KernelRelease? Release, string Architecture)
{
    /// <summary>Gathers them.</summary>
    public static KernelFacts Read(ProcReader proc) => new(
        KernelRelease.Read(proc),
        RuntimeInformation.OSArchitecture switch
        {
            Native.X64 => "x86_64",
            Native.Arm64 => "aarch64",
            var other => other.ToString(),
        });
}
