using Connbeat.Events;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>
/// Makes facts of what control groups name; one instance for each container, since many processes share it. Belongs to
/// the worker.
/// </summary>
internal sealed class SharedContainers
{
    /// <summary>How many are remembered; beyond that it begins anew, and no more is lost than the sharing.</summary>
    public const int Most = 4_096;

    private readonly Dictionary<ContainerCgroup, ContainerFacts> _known = [];

    /// <summary>The facts; null for none.</summary>
    public ContainerFacts? Of(ContainerCgroup? named)
    {
        if (named is not { } container)
        {
            return null;
        }

        if (!_known.TryGetValue(container, out ContainerFacts? facts))
        {
            if (_known.Count == Most)
            {
                _known.Clear();
            }

            facts = new ContainerFacts { Id = container.Id, Runtime = container.Runtime, PodUid = container.PodUid };
            _known.Add(container, facts);
        }

        return facts;
    }
}
