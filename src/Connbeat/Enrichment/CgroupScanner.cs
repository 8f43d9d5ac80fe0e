using Connbeat.Events;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>Looks up what wanted control groups say. One user at a time, on the worker.</summary>
/// <param name="tree">The hierarchy of version 2; null where none is mounted, and then nothing is ever there.</param>
/// <param name="containers">Where facts of containers come from.</param>
internal sealed class CgroupScanner(CgroupTree? tree, SharedContainers containers)
{
    private static readonly IReadOnlyDictionary<ulong, CgroupFacts?> Nothing = new Dictionary<ulong, CgroupFacts?>();

    /// <summary>An answer for each that is wanted; null for one that is not there. Where none is wanted, nothing is read.</summary>
    public IReadOnlyDictionary<ulong, CgroupFacts?> Look(IReadOnlySet<ulong> wanted)
    {
        if (wanted.Count == 0)
        {
            return Nothing;
        }

        IReadOnlyDictionary<ulong, string>? paths = tree?.Find(wanted);
        Dictionary<ulong, CgroupFacts?> answers = new(wanted.Count);
        foreach (ulong id in wanted)
        {
            answers[id] = paths is not null && paths.TryGetValue(id, out string? path) ? FactsOf(path) : null;
        }

        return answers;
    }

    private CgroupFacts FactsOf(string path) =>
        new(SystemdUnit.Of(path), containers.Of(ContainerCgroup.Of(path)));
}
