using Connbeat.StrongSwan.Vici;

namespace Connbeat.StrongSwan.Status;

/// <summary>What is seen of one tunnel: of an IKE_SA of its name, and of CHILD_SAs of its name wherever they are.</summary>
/// <param name="Status">How it is.</param>
/// <param name="ChildSas">The CHILD_SAs that packets go through.</param>
/// <param name="Traffic">What went through them.</param>
internal readonly record struct TunnelState(TunnelStatus Status, int ChildSas, SaTraffic Traffic)
{
    /// <summary>The tunnels that are seen, by name. One that is not in it is down.</summary>
    public static Dictionary<string, TunnelState> All(IReadOnlyList<SeenIke> seen)
    {
        Dictionary<string, TunnelState> all = [];
        foreach (SeenIke ike in seen)
        {
            bool isUp = SaStates.IsIkeUp(ike.State);
            Add(all, ike.Name, new TunnelState(isUp ? TunnelStatus.IkeOnly : TunnelStatus.Unknown, 0, default));
            foreach (SeenChild child in ike.Children)
            {
                bool carries = SaStates.IsChildUp(child.State);
                bool isReplaced = child.State == "REKEYED"; // another has its place, and it is told without its counters
                Add(all, child.Name, new TunnelState(
                    !isUp ? TunnelStatus.Unknown : carries ? TunnelStatus.Up : TunnelStatus.IkeOnly,
                    carries && !isReplaced ? 1 : 0,
                    carries && !isReplaced ? child.Traffic : default));
            }
        }

        return all;
    }

    /// <summary>The best of all that is seen of a tunnel is how it is.</summary>
    private static void Add(Dictionary<string, TunnelState> all, string name, TunnelState part)
    {
        all[name] = all.TryGetValue(name, out TunnelState known)
            ? new TunnelState(Better(known.Status, part.Status), known.ChildSas + part.ChildSas, known.Traffic + part.Traffic)
            : part;
    }

    private static TunnelStatus Better(TunnelStatus one, TunnelStatus other) => one < other ? one : other;
}

/// <summary>How a tunnel is, in the numbers of <c>ipsec_status</c>.</summary>
internal enum TunnelStatus
{
    /// <summary>It is up.</summary>
    Up = 0,

    /// <summary>The peers know each other, but no packets go through.</summary>
    IkeOnly = 1,

    /// <summary>There is nothing of it.</summary>
    Down = 2,

    /// <summary>Neither up nor down, or nobody tells.</summary>
    Unknown = 3,

    /// <summary>It is configured to be ignored.</summary>
    Ignored = 4,
}
