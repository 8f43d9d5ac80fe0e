using Connbeat.Capture;
using Connbeat.Events;

namespace Connbeat.Enrichment;

/// <summary>
/// The network namespaces other than the agent's own: their names, and the container that each belongs to. Those that
/// vanished are remembered, for their connections may end a moment later. Belongs to the loop: no locks, no I/O.
/// </summary>
internal sealed class NamespaceDirectory
{
    /// <summary>How many that vanished are remembered; the oldest is forgotten first.</summary>
    public const int MostVanished = 1_024;

    private readonly Dictionary<uint, Known> _known = [];
    private readonly Queue<(uint Id, Known Known)> _vanished = [];
    private IReadOnlyList<NamespaceSighting> _inhabited = [];

    /// <summary>How many there are whose processes nobody was asked about yet.</summary>
    public int Unasked { get; private set; }

    /// <summary>Takes over which there are now.</summary>
    public void Apply(IReadOnlyList<NamespaceSighting> sightings)
    {
        HashSet<uint> present = new(sightings.Count);
        foreach (NamespaceSighting sighting in sightings)
        {
            present.Add(sighting.Id);
            Put(sighting);
        }

        foreach ((uint id, Known known) in _known)
        {
            if (!known.IsVanished && !present.Contains(id))
            {
                known.IsVanished = true;
                _vanished.Enqueue((id, known));
            }
        }

        while (_vanished.Count > MostVanished)
        {
            (uint id, Known oldest) = _vanished.Dequeue();
            if (ReferenceEquals(_known[id], oldest))
            {
                _known.Remove(id);
            }
        }

        _inhabited = [.. sightings.Where(sighting => sighting.Pids.Count > 0)];
        Unasked = _inhabited.Count(sighting => !_known[sighting.Id].IsAsked);
    }

    /// <summary>The name under which it is mounted; null where none is known.</summary>
    public string? NameOf(uint id) => _known.TryGetValue(id, out Known? known) ? known.Name : null;

    /// <summary>The container, or the pod, that all its processes are in; null where none is known.</summary>
    public ContainerFacts? ContainerOf(uint id) => _known.TryGetValue(id, out Known? known) ? known.Container : null;

    /// <summary>What to ask the worker for: all that have processes.</summary>
    public IReadOnlyList<NamespaceSighting> Request()
    {
        Unasked = 0;
        foreach (NamespaceSighting sighting in _inhabited)
        {
            _known[sighting.Id].IsAsked = true;
        }

        return _inhabited;
    }

    /// <summary>Takes in what the worker found.</summary>
    public void Apply(IReadOnlyDictionary<uint, ContainerFacts?> answers)
    {
        foreach ((uint id, ContainerFacts? container) in answers)
        {
            if (_known.TryGetValue(id, out Known? known) && known.IsAsked)
            {
                known.Container = known.IsVanished ? container ?? known.Container : container;
            }
        }
    }

    private void Put(NamespaceSighting sighting)
    {
        if (!_known.TryGetValue(sighting.Id, out Known? known) || known.IsVanished || IsAnother(known, sighting))
        {
            _known[sighting.Id] = known = new Known();
        }

        // A name can be taken away while processes are there: what ends then ends under the name that it began with.
        known.Name = sighting.Name ?? known.Name;
        known.Pids = sighting.Pids;
    }

    /// <summary>The kernel gives a number that became free to the next namespace: then all its processes are others.</summary>
    private static bool IsAnother(Known known, NamespaceSighting sighting) =>
        !ReferenceEquals(known.Pids, sighting.Pids) && known.Pids.Count > 0 && sighting.Pids.Count > 0 &&
        !known.Pids.Intersect(sighting.Pids).Any();

    /// <summary>What is known of one.</summary>
    private sealed class Known
    {
        public string? Name { get; set; }

        public IReadOnlyList<int> Pids { get; set; } = [];

        public ContainerFacts? Container { get; set; }

        public bool IsAsked { get; set; }

        public bool IsVanished { get; set; }
    }
}
