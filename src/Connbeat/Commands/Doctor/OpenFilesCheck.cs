using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>May connbeat have as many files open as it needs: four for each network namespace that it enters?</summary>
internal static class OpenFilesCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "open files";

    private const int ForItself = 256, PerNamespace = 4;

    /// <summary>The least that is recommended, so that the limit is raised once and not with every container.</summary>
    private const long Recommended = 65_536;

    /// <summary>Judges.</summary>
    /// <param name="limit">Of the process; null where it is not told.</param>
    /// <param name="namespaces">How many there are.</param>
    public static Finding Judge(ResourceLimit? limit, int namespaces)
    {
        if (limit is not { } allowed)
        {
            return new Finding(Name, Status.Note, "/proc does not tell how many may be open");
        }

        // The runtime raises the soft limit to the hard one when it starts.
        long needed = ForItself + ((long)PerNamespace * namespaces);
        if (allowed.Hard >= needed)
        {
            return Finding.Ok(Name, allowed.Hard == ResourceLimit.Unlimited
                ? $"no limit; {needed} are enough"
                : $"at most {allowed.Hard}; {needed} are enough");
        }

        long wanted = Math.Max(needed * 2, Recommended);
        return new Finding(Name, Status.Degraded, $"at most {allowed.Hard}; {needed} are needed")
        {
            Costs = [$"some of the network namespaces are not watched: there are {namespaces}"],
            Mend = [$"sudo prlimit --pid $$ --nofile={wanted}:{wanted}", $"in a systemd unit: LimitNOFILE={wanted}"],
        };
    }
}
