namespace Connbeat.Events.Ecs;

/// <summary>
/// The containers of sockets. A table of fixed size keeps the latest of each slot, and none that is longer than
/// <see cref="LongestKept"/>.
/// </summary>
internal sealed class EcsContainers
{
    private const int Slots = 256; // a power of two
    private const int LongestKept = 16 * 1024;

    private readonly ContainerAddresses _addresses = new();
    private readonly EcsContainer?[] _kept = new EcsContainer?[Slots];

    /// <summary>The container of a socket; null where it is of none.</summary>
    public EcsContainer? Of(SocketFacts socket)
    {
        if (socket.Container is not { } facts)
        {
            return null;
        }

        ContainerDetails? details = facts.Id is null ? null : socket.ContainerDetails;
        LocalAddresses? addresses = details is null ? null : _addresses.Of(facts.Id!);
        addresses?.Add(socket.Tuple.Local);

        string name = facts.Id ?? facts.PodUid ?? "";
        ref EcsContainer? slot = ref _kept[name.GetHashCode(StringComparison.Ordinal) & (Slots - 1)];
        if (slot is not null && slot.Is(facts, details, addresses))
        {
            return slot;
        }

        EcsContainer made = new(facts, details, addresses);
        if (made.Length <= LongestKept)
        {
            slot = made;
        }

        return made;
    }
}
