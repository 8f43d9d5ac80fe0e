namespace Connbeat.Commands.Doctor;

/// <summary>Which processes are shown, and of which may the descriptors be read, which say whose a socket is?</summary>
internal static class ProcessCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "processes";

    /// <summary>Judges.</summary>
    public static Finding Judge(ProcFacts facts)
    {
        if (facts.Hides is { } hides && !facts.SeesFirst)
        {
            return new Finding(Name, Status.Degraded, $"/proc is mounted with hidepid={hides}: others are hidden")
            {
                Costs = [CostFor("other users"), "network namespaces that only they are in are not watched"],
                Mend = ["sudo mount -o remount,hidepid=0 /proc"],
            };
        }

        if (facts.IsInitialPidNamespace is false)
        {
            return new Finding(Name, Status.Degraded, $"/proc shows those of its own container only, {facts.Seen}")
            {
                Costs = [CostFor("all others"), "network namespaces that only they are in are not watched"],
                Mend = ["docker run --pid host …"],
            };
        }

        if (!facts.ExposesProcesses)
        {
            return Finding.Ok(Name, "none is told, as configured (expose_process_info: false)");
        }

        string seen = facts.SawAll ? $"{facts.Seen}" : $"the {facts.Seen} looked at";
        return facts.Readable == facts.Seen
            ? Finding.Ok(Name, $"the descriptors of all {seen} may be read")
            : new Finding(Name, facts.OwnersAreTold ? Status.Note : Status.Degraded, $"the descriptors of {facts.Readable} of {seen} may be read")
            {
                Costs = facts.OwnersAreTold
                    ? ["eBPF tells owners all the same; of those that ran before connbeat the executable may be missing"]
                    : [CostFor("the others")],
                Mend = facts.HasTheRights
                    ? ["ask what forbids it: a security module may (Docker: --security-opt apparmor=unconfined)"]
                    : Grant.Mend(facts.Who, facts.IsInitialUserNamespace, facts.Program, facts.Wanted),
            };
    }

    private static string CostFor(string whom) =>
        $"sockets of {whom} have no process: only their user, unit or container is told";
}
