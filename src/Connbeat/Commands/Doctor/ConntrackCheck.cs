using Connbeat.Config;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Has the conntrack exporter something to tell? Where nobody asks for it, nothing depends on it.</summary>
internal static class ConntrackCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "conntrack";

    private const string NotAsked = "no exporter is asked to use it";

    private const string Track =
        "sudo nft add table inet connbeat '{ chain track { type filter hook prerouting priority 0; ct state new accept; } }'";

    /// <summary>Judges.</summary>
    /// <param name="facts">What the kernel says.</param>
    /// <param name="asked">What is asked of the exporter; null for nothing.</param>
    public static Finding Judge(ConntrackFacts facts, ConntrackOptions? asked)
    {
        string suffix = asked is null ? $"; {NotAsked}" : "";
        if (facts.Tracked is not { } tracked)
        {
            return new Finding(Name, asked is null ? Status.Note : Missing(asked), $"not loaded{suffix}")
            {
                Costs = asked is null ? [] : [$"exporters.conntrack {Without(asked)}"],
                Mend = ["sudo modprobe nf_conntrack"],
            };
        }

        Status status = Status.Note;
        List<string> costs = [];
        List<string> mend = [];
        if (tracked == 0)
        {
            // Loaded is not enough: a rule that uses conntrack switches its hooks on.
            costs.Add("its table is empty: most likely no rule uses it; one with \"ct state\" does");
            if (asked is not null)
            {
                status = Missing(asked);
                costs.Add($"exporters.conntrack {Without(asked)}");
                mend.Add(Track);
            }
        }

        if (asked is not null && !facts.MayBeRead)
        {
            status = Missing(asked);
            costs.Add($"exporters.conntrack may not read it without CAP_NET_ADMIN, and {Without(asked)}");
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
            : new Finding(Name, status, says + suffix) { Costs = costs, Mend = mend };
    }

    private static Status Missing(ConntrackOptions asked) => asked.FallsBackToSockets ? Status.Degraded : Status.Broken;

    private static string Without(ConntrackOptions asked) => asked.FallsBackToSockets
        ? "counts sockets in its place; what passes through is not among them"
        : "has nothing to tell; fallback: sockets has sockets counted in its place";
}

/// <summary>What conntrack does in this network namespace.</summary>
/// <param name="Tracked">How many connections it knows; null where it is not loaded.</param>
/// <param name="CountsBytes">nf_conntrack_acct; null where it is not told.</param>
/// <param name="NotesStarts">nf_conntrack_timestamp; null where it is not told.</param>
/// <param name="MayBeRead">True with CAP_NET_ADMIN.</param>
internal sealed record ConntrackFacts(long? Tracked, long? CountsBytes, long? NotesStarts, bool MayBeRead = true)
{
    /// <summary>Gathers them.</summary>
    public static ConntrackFacts Read(ProcReader proc) => new(
        Sysctl.Read(proc, "sys/net/netfilter/nf_conntrack_count"u8),
        Sysctl.Read(proc, "sys/net/netfilter/nf_conntrack_acct"u8),
        Sysctl.Read(proc, "sys/net/netfilter/nf_conntrack_timestamp"u8),
        ThreadRights.Read(proc).Effective.HasFlag(Capability.NetAdmin));
}
