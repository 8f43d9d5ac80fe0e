namespace Connbeat.Linux.Bpf;

/// <summary>What the programs can do, each by itself as far as the kernel goes along.</summary>
internal enum ProgramFeature
{
    /// <summary>The lives of TCP connections and listeners. Nothing works without it.</summary>
    Lives,

    /// <summary>All sockets that processes hold. Nothing works without it.</summary>
    Snapshots,

    /// <summary>What processes are, before they are gone.</summary>
    Processes,

    /// <summary>Who uses a connection, at its first byte; Linux 6.3.</summary>
    Uses,

    /// <summary>Connects for which there is no route.</summary>
    Attempts,

    /// <summary>With whom UDP sockets talk, and when they end; only where there is to be room for flows. Linux 5.12.</summary>
    Flows,
}

/// <summary>The programs of features.</summary>
internal static class ProgramFeatures
{
    /// <summary>All, in the order in which they are attached: processes are known before their connections.</summary>
    public static readonly (ProgramFeature Feature, string[] Programs)[] All =
    [
        (ProgramFeature.Processes, ["process_forks", "process_execs", "process_exits"]),
        (ProgramFeature.Uses, ["tcp_sends", "tcp_receives"]),
        (ProgramFeature.Attempts, ["tcp_connect4", "tcp_connect6", "tcp_destroy", "tcp_destroy_nested"]),
        (ProgramFeature.Flows, ["udp_release", "udp_sends", "udp_receives"]),
        (ProgramFeature.Lives, ["tcp_state", "tcp_state_nested"]),
        (ProgramFeature.Snapshots, ["sockets"]),
    ];

    /// <summary>The feature that a program is of; null for none.</summary>
    public static ProgramFeature? Of(string program)
    {
        foreach ((ProgramFeature feature, string[] programs) in All)
        {
            if (programs.Contains(program))
            {
                return feature;
            }
        }

        return null;
    }

    /// <summary>True where nothing works without it.</summary>
    public static bool IsNeeded(this ProgramFeature feature) =>
        feature is ProgramFeature.Lives or ProgramFeature.Snapshots;
}

/// <summary>A feature that the kernel does not go along with.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Failure">Why.</param>
internal sealed record ProgramRefusal(ProgramFeature Feature, BpfException Failure);
