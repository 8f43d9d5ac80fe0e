using Connbeat.Events;

namespace Connbeat.Enrichment;

/// <summary>What the scanner remembers of one network namespace between its looks: the containers of its processes.</summary>
internal sealed class WatchedNamespace
{
    private readonly Dictionary<int, Member> _members = [];

    /// <summary>The processes that are in it.</summary>
    public IReadOnlyList<int> Pids { get; private set; } = [];

    /// <summary>The round that last wanted it.</summary>
    public int Round { get; set; }

    /// <summary>Takes over which processes are in it now; what is known of those that left is forgotten.</summary>
    public void Take(IReadOnlyList<int> pids)
    {
        if (ReferenceEquals(Pids, pids))
        {
            return;
        }

        Pids = pids;
        HashSet<int> present = [.. pids];
        foreach (int pid in _members.Keys)
        {
            if (!present.Contains(pid))
            {
                _members.Remove(pid);
            }
        }
    }

    /// <summary>
    /// True where the container of a process is known, or that it has none. Of the latter only a second look makes sure: a
    /// runtime may start a process first and put it into its control group then.
    /// </summary>
    public bool IsSure(int pid) => _members.TryGetValue(pid, out Member known) && known is { Container: not null } or { Looks: > 1 };

    /// <summary>The container of a process that <see cref="IsSure"/>; null for none.</summary>
    public ContainerFacts? ContainerOf(int pid) => _members[pid].Container;

    /// <summary>Notes what a look at a process found.</summary>
    public void Note(int pid, ContainerFacts? container)
    {
        _members.TryGetValue(pid, out Member before);
        _members[pid] = new Member(container, before.Looks + 1);
    }

    private readonly record struct Member(ContainerFacts? Container, int Looks);
}
