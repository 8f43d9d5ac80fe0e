namespace Connbeat.StrongSwan.Vici;

/// <summary>Addresses that are lent to peers: <c>get-pools</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Base">The first address.</param>
/// <param name="Size">How many there are.</param>
/// <param name="Online">Those that are lent.</param>
/// <param name="Offline">Those that are kept for a peer that is not there.</param>
internal sealed record AddressPool(string Name, string Base, long Size, long Online, long Offline)
{
    /// <summary>Those of an answer.</summary>
    public static IReadOnlyList<AddressPool> ReadAll(ViciSection answer) =>
    [
        .. answer.Sections.Select(pool => new AddressPool(
            pool.Name,
            pool.Section.Text("base"u8),
            pool.Section.Number("size"u8),
            pool.Section.Number("online"u8),
            pool.Section.Number("offline"u8))),
    ];
}
