namespace Connbeat.Enrichment;

/// <summary>
/// Which of several processes that hold one socket owns it: forked and prefork servers share sockets, and others hand
/// them over. It is the oldest holder, but of an accepted connection the oldest that is not the listener's owner, which
/// most often keeps a copy without using it.
/// </summary>
internal readonly record struct OwnerRule
{
    private OwnerRule(int? lastResort) => LastResort = lastResort;

    /// <summary>For a listening socket.</summary>
    public static OwnerRule Listener => default;

    /// <summary>For a connection that this host began, and for one whose beginner is unknown.</summary>
    public static OwnerRule Outbound => default;

    /// <summary>The process that owns the socket only if nobody else holds it.</summary>
    public int? LastResort { get; }

    /// <summary>For an accepted connection.</summary>
    /// <param name="listenerPid">The owner of the listener that accepted it, where that is known.</param>
    public static OwnerRule Inbound(int? listenerPid) => new(listenerPid);
}
