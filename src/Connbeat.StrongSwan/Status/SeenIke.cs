using Connbeat.StrongSwan.Vici;

namespace Connbeat.StrongSwan.Status;

/// <summary>An IKE_SA, as far as every source knows it.</summary>
/// <param name="Name">The name of the connection.</param>
/// <param name="State">As strongSwan says it: <c>ESTABLISHED</c>.</param>
/// <param name="Children">Its CHILD_SAs.</param>
internal sealed record SeenIke(string Name, string State, IReadOnlyList<SeenChild> Children)
{
    /// <summary>What VICI tells.</summary>
    public static IReadOnlyList<SeenIke> Of(IReadOnlyList<IkeSa> ikes) =>
        [.. ikes.Select(ike => new SeenIke(ike.Name, ike.State, [.. ike.Children.Select(child => new SeenChild(child.Name, child.State, child.Traffic))]))];
}

/// <summary>A CHILD_SA of it.</summary>
/// <param name="Name">The name of the tunnel.</param>
/// <param name="State">As strongSwan says it: <c>INSTALLED</c>.</param>
/// <param name="Traffic">What went through it.</param>
internal sealed record SeenChild(string Name, string State, SaTraffic Traffic);
