using Connbeat.Events;

namespace Connbeat.Enrichment;

/// <summary>
/// What the container engine said of containers; kept when they end, for the events that are still to come. Belongs to
/// the loop: no locks, no I/O.
/// </summary>
/// <param name="ask">Asks the engine for a container, by its id; null where there is no engine to ask.</param>
/// <param name="capacity">How many containers are remembered; the one that was used longest ago goes first.</param>
internal sealed class ContainerDirectory(Action<string>? ask, int capacity = ContainerDirectory.Capacity)
{
    /// <summary>How many containers are remembered where nothing else is said.</summary>
    public const int Capacity = 4096;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>How many containers are remembered.</summary>
    public int Count => _entries.Count;

    /// <summary>Has the engine asked for a container, the first time that it is wanted.</summary>
    public void Want(string id)
    {
        if (ask is null || Find(id) is not null)
        {
            return;
        }

        if (_entries.Count >= capacity)
        {
            _entries.Remove(_entries.MinBy(entry => entry.Value.UsedAt).Key);
        }

        _entries[id] = new Entry { UsedAt = ++_uses };
        ask(id);
    }

    /// <summary>What the engine said last of a container; null where it said nothing.</summary>
    public ContainerDetails? DetailsOf(string id) => Find(id)?.Details;

    /// <summary>True from the moment that a container is wanted until the first news of it.</summary>
    public bool IsAwaited(string id) => _entries.TryGetValue(id, out Entry? entry) && !entry.IsAnswered;

    /// <summary>Takes over what the engine says now. News of what nobody wants any more are passed over.</summary>
    /// <returns>True where there are other details now than before.</returns>
    public bool Apply(ContainerNews news)
    {
        if (!_entries.TryGetValue(news.Id, out Entry? entry))
        {
            return false;
        }

        entry.IsAnswered = true;
        entry.Details = news.Details ?? entry.Details;
        return news.Details is not null;
    }

    /// <summary>Tells every container otherwise from now on.</summary>
    public void Replace(Func<ContainerDetails, ContainerDetails> by)
    {
        foreach (Entry entry in _entries.Values)
        {
            entry.Details = entry.Details is { } known ? by(known) : null;
        }
    }

    private Entry? Find(string id)
    {
        if (!_entries.TryGetValue(id, out Entry? entry))
        {
            return null;
        }

        entry.UsedAt = ++_uses;
        return entry;
    }

    private sealed class Entry
    {
        public ContainerDetails? Details { get; set; }

        public bool IsAnswered { get; set; }

        public long UsedAt { get; set; }
    }
}

/// <summary>What a container engine says of a container.</summary>
/// <param name="Id">The id that was asked for.</param>
/// <param name="Details">
/// Null where it has no such container, or no more, or can't tell for now: more news come where that changes.
/// </param>
internal sealed record ContainerNews(string Id, ContainerDetails? Details)
{
    /// <summary>What was withheld of the details; null where nobody says.</summary>
    public SecretRemoval? Secrets { get; init; }

    /// <summary>The same without what is to be withheld by now.</summary>
    public ContainerNews Without(SecretRemoval secrets) =>
        this with { Details = Details is { } told ? secrets.Of(told) : null };
}
