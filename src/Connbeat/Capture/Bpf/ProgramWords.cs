using Connbeat.Linux.Bpf;

namespace Connbeat.Capture.Bpf;

/// <summary>What is lost without a feature of the eBPF programs.</summary>
internal static class ProgramWords
{
    /// <summary>What is lost where netlink is forbidden.</summary>
    public const string CostOfNoNetlink =
        "a UDP socket has ended when a snapshot lacks it, and what no process held when connbeat began is not told";

    /// <summary>The loss in plain words.</summary>
    public static string CostOf(ProgramFeature feature) => feature switch
    {
        ProgramFeature.Processes => "a process that is gone before anybody looks has a name and a user, but no executable or arguments",
        ProgramFeature.Uses => "the process of an accepted connection is known when it ends, or at the next snapshot, not at its first byte",
        ProgramFeature.Attempts => "connects for which there is no route are not told",
        ProgramFeature.Flows => "whom UDP sockets talk to is not told, though udp_flows is true",
        _ => "nothing works without it",
    };
}
