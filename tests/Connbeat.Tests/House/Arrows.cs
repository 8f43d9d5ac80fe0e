namespace Connbeat.Tests.House;

/// <summary>Who may use whom. The way of the data is one direction, and so are the arrows.</summary>
internal static class Arrows
{
    /// <summary>
    /// Names without their leading <c>Connbeat.</c>; <c>X.*</c> is X and all below it, <c>X</c> is X alone.
    /// <c>Linux</c> alone is the kernel's values: addresses, tuples, states, files and folders, but none of its
    /// sockets. Tracking reads the values of <c>Linux.SockDiag</c> and <c>Linux.Bpf</c> too; <see cref="HouseRules"/> keeps it from opening
    /// anything there.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Linux"] = [],
        ["StrongSwan"] = [],
        ["Config"] = [],
        ["Events"] = ["Linux"],
        ["Conditions"] = ["Linux", "Config.*"],
        ["Telemetry"] = ["Events.*"],
        ["Capture"] = ["Linux.*", "Config.*", "Telemetry.*"],
        ["Enrichment"] = ["Linux", "Linux.ProcFs", "Linux.Conntrack", "Linux.Netlink", "StrongSwan", "StrongSwan.*", "Linux.Bpf", "Capture.*", "Events.*", "Config.*", "Telemetry.*"],
        ["Tracking"] = ["Linux", "Linux.SockDiag", "Linux.Bpf", "Capture.*", "Enrichment.*", "Events.*", "Config.*", "Telemetry.*"],
        ["Processing"] = ["Linux", "Conditions.*", "Capture.*", "Events.*", "Config.*", "Telemetry.*"],
        ["Delivery"] = ["Linux", "Conditions.*", "Events.*", "Config.*", "Telemetry.*"],
        ["Outputs"] = ["Linux", "Delivery.*", "Config.*", "Telemetry.*"],
        ["Exporters"] = ["Linux.*", "StrongSwan.*", "Tracking.*", "Config.*", "Telemetry.*"],
    };

    /// <summary>What breaks the table, one line each.</summary>
    public static IEnumerable<string> Violations(Codebase code) =>
        code.Uses().Select(use => (use, rule: BrokenRule(use))).Where(found => found.rule is not null)
            .Select(found => $"{found.use}: {found.rule}");

    private static string? BrokenRule(Use use)
    {
        string from = Part(use.From);
        string to = Part(use.To);
        if (from is "" or "Commands")
        {
            return null; // they join the stages and may use everything
        }

        if (to is "" or "Commands")
        {
            return $"{from} uses {use.To}; nobody uses Agent, Commands or Program";
        }

        if (from == to)
        {
            bool siblings = from == "Outputs" && Segment(use.From, 2) != "" && Segment(use.To, 2) != "";
            return siblings && Segment(use.From, 2) != Segment(use.To, 2)
                ? $"{use.From} uses {use.To}; outputs never use each other"
                : null;
        }

        if (!MayUse.TryGetValue(from, out string[]? allowed))
        {
            return $"{from} has no row in the table of arrows, so it may use nothing of ours, not {use.To}";
        }

        return allowed.Any(pattern => Matches(use.To, pattern))
            ? null
            : $"{from} uses {use.To}; it may use {(allowed is [] ? "nothing of ours" : string.Join(", ", allowed))}";
    }

    /// <summary><c>Outputs</c> for <c>Connbeat.Outputs.Kafka</c>; empty for <c>Connbeat</c> itself.</summary>
    private static string Part(string name) => Segment(name, 1);

    private static string Segment(string name, int position) => name.Split('.').ElementAtOrDefault(position) ?? "";

    private static bool Matches(string name, string pattern)
    {
        string allowed = "Connbeat." + pattern.Replace(".*", "", StringComparison.Ordinal);
        bool andBelow = pattern.EndsWith(".*", StringComparison.Ordinal);
        return name == allowed || (andBelow && name.StartsWith(allowed + ".", StringComparison.Ordinal));
    }
}
