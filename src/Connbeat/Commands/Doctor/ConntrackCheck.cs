using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Would a conntrack exporter have something to tell? This version has none, and depends on nothing of it.</summary>
internal static class ConntrackCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "conntrack";

    private const string NotUsed = "nothing of this version uses it";

    /// <summary>Judges.</summary>
    public static Finding Judge(ConntrackFacts facts)
    {
        if (facts.Tracked is not { } tracked)
        {
            return new Finding(Name, Status.Note, $"not loaded; {NotUsed}")
            {
                Mend = ["sudo modprobe nf_conntrack"],
            };
        }

        List<string> costs = [];
        List<string> mend = [];
        if (tracked == 0)
        {
            // Loaded is not enough: a rule that uses conntrack switches its hooks on.
            costs.Add("its table is empty: most likely no rule uses it; one with \"ct state\" does");
        }

        if (facts.CountsBytes is 0)
        {
            costs.Add("it counts no bytes");
            mend.Add("sudo sysctl -w net.netfilter.nf_conntrack_acct=1");
        }

        if (facts.NotesStarts is 0)
        {
            costs.Add("it notes no start times");
            mend.Add("sudo sysctl -w net.netfilter.nf_conntrack_timestamp=1");
        }

        string says = $"tracks {tracked} connections";
        return costs.Count == 0
            ? Finding.Ok(Name, says)
            : new Finding(Name, Status.Note, $"{says}; {NotUsed}") { Costs = costs, Mend = mend };
    }
}

/// <summary>What conntrack does in this network namespace.</summary>
/// <param name="Tracked">How many connections it knows; null where it is not loaded.</param>
/// <param name="CountsBytes">nf_conntrack_acct; null where it is not told.</param>
/// <param name="NotesStarts">nf_conntrack_timestamp; null where it is not told.</param>
internal sealed record ConntrackFacts(long? Tracked, long? CountsBytes, long? NotesStarts)
{
    /// <summary>Gathers them.</summary>
    public static ConntrackFacts Read(ProcReader proc) => new(
        Sysctl.Read(proc, "sys/net/netfilter/nf_conntrack_count"u8),
        Sysctl.Read(proc, "sys/net/netfilter/nf_conntrack_acct"u8),
        Sysctl.Read(proc, "sys/net/netfilter/nf_conntrack_timestamp"u8));
}
