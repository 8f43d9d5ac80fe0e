namespace Connbeat.StrongSwan.Vici;

/// <summary>
/// The states that SAs can be in, numbered as strongSwan's ike_sa.h and child_sa.h number them. The two tables differ
/// where they have the same name.
/// </summary>
internal static class SaStates
{
    private static readonly string[] IkeStates =
        ["CREATED", "CONNECTING", "ESTABLISHED", "PASSIVE", "REKEYING", "REKEYED", "DELETING", "DESTROYING"];

    private static readonly string[] ChildStates =
    [
        "CREATED", "ROUTED", "INSTALLING", "INSTALLED", "UPDATING", "REKEYING", "REKEYED", "RETRYING", "DELETING", "DELETED", "DESTROYING",
    ];

    /// <summary>The number of an IKE_SA's state; -1 for one that is not known.</summary>
    public static int OfIke(string state) => Array.IndexOf(IkeStates, state);

    /// <summary>The number of a CHILD_SA's state; -1 for one that is not known.</summary>
    public static int OfChild(string state) => Array.IndexOf(ChildStates, state);

    /// <summary>True where an IKE_SA is up: established, or about to be replaced by another.</summary>
    public static bool IsIkeUp(string state) => state is "ESTABLISHED" or "REKEYING" or "REKEYED";

    /// <summary>True where packets go through a CHILD_SA, or through the one that has replaced it.</summary>
    public static bool IsChildUp(string state) => state is "INSTALLED" or "UPDATING" or "REKEYING" or "REKEYED";
}
