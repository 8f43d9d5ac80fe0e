namespace Connbeat.Commands.Doctor;

/// <summary>Has conntrack a word on address translation, where <c>connbeat.nat</c> asks for it?</summary>
internal static class TranslationCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "address translation";

    private const string Cost = "events tell no network.nat";

    /// <summary>Judges.</summary>
    public static Finding Judge(ConntrackFacts facts) => facts switch
    {
        { MayBeRead: false } => Degraded("conntrack may not be read", $"{Cost}; it takes CAP_NET_ADMIN, see capabilities"),
        { Tracked: null } => Degraded("conntrack is not loaded", Cost, "sudo modprobe nf_conntrack_netlink"),
        { Tracked: 0 } => Degraded(
            "conntrack tracks nothing", $"most likely no rule translates or tracks in this network namespace: {Cost}",
            "set connbeat.nat: false, or run connbeat where the rules are"),
        { Tracked: { } tracked } => Finding.Ok(Name, $"conntrack tracks {tracked} connections"),
    };

    private static Finding Degraded(string says, string cost, params string[] mend) =>
        new(Name, Status.Degraded, says) { Costs = [cost], Mend = mend };
}
