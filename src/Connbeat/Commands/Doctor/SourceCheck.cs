using Connbeat.Config;

namespace Connbeat.Commands.Doctor;

/// <summary>Which capture engine does <c>source</c> lead to here, and why?</summary>
internal static class SourceCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "source";

    private const string WhatProcMisses = "what comes and goes between two polls is not told";

    /// <summary>Judges.</summary>
    public static Finding Judge(CaptureFacts facts)
    {
        string asked = facts.Asked.ToString().ToLowerInvariant();
        if (facts.Engine is null)
        {
            return new Finding(Name, Status.Broken, $"{asked} does not open: {facts.Refusal}")
            {
                Costs = ["connbeat does not start"],
                Mend = ["set connbeat.source: auto, which takes what works"],
            };
        }

        if (facts.UnreadableFiles.Count > 0)
        {
            string files = Joined(facts.UnreadableFiles);
            return new Finding(Name, Status.Broken, $"PROC_NET_TCP or PROC_NET_TCP6 names what cannot be read: {files}")
            {
                Costs = ["no TCP socket of its own network namespace is told"],
                Mend = ["unset PROC_NET_TCP PROC_NET_TCP6"],
            };
        }

        if (facts.Files.Count > 0)
        {
            string says = $"procfs, from {Joined(facts.Files)}: PROC_NET_TCP or PROC_NET_TCP6 says so";
            return new Finding(Name, Status.Note, says)
            {
                Costs = ["of TCP in its own network namespace, what is in these files is told, and nothing else"],
                Mend = ["unset PROC_NET_TCP PROC_NET_TCP6"],
            };
        }

        return (facts.Asked, facts.Engine) switch
        {
            (CaptureSource.Auto, "procfs") => new Finding(
                Name, Status.Degraded, $"procfs, because netlink does not work: {facts.Refusal ?? "see sock_diag"}")
            {
                Costs = [WhatProcMisses],
                Mend = ["what mends sock_diag and destroyed sockets"],
            },
            (_, "procfs") => new Finding(Name, Status.Note, "procfs, as configured")
            {
                Costs = [WhatProcMisses],
                Mend = ["set connbeat.source: auto"],
            },
            _ => Finding.Ok(Name, $"{facts.Engine} (source: {asked})"),
        };
    }

    private static string Joined(IReadOnlyList<string> files) => string.Join(", ", files);
}
