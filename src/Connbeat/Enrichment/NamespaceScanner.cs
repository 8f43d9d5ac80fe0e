using Connbeat.Capture;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>
/// Finds the container that a network namespace belongs to: that of all processes in it. Containers of a pod share one, so
/// of a pod no single container is told. One user at a time, on the worker.
/// </summary>
/// <param name="proc">Where processes are.</param>
/// <param name="containers">Where facts of containers come from.</param>
/// <param name="mostReads">
/// How many processes of one namespace a round may read; one with more is answered some rounds later.
/// </param>
internal sealed class NamespaceScanner(ProcReader proc, SharedContainers containers, int mostReads = 64)
{
    private readonly Dictionary<uint, WatchedNamespace> _namespaces = [];
    private int _round;

    /// <summary>
    /// An answer for each namespace of which enough is known: a container where all its processes are known to be in it;
    /// null where one is in none, or two are in different ones.
    /// </summary>
    public IReadOnlyDictionary<uint, ContainerFacts?> Look(
        IReadOnlyList<NamespaceSighting> wanted, ScanFindings findings)
    {
        _round++;
        Dictionary<uint, ContainerFacts?> answers = new(wanted.Count);
        foreach (NamespaceSighting sighting in wanted)
        {
            if (!_namespaces.TryGetValue(sighting.Id, out WatchedNamespace? known))
            {
                _namespaces.Add(sighting.Id, known = new WatchedNamespace());
            }

            known.Round = _round;
            known.Take(sighting.Pids);
            if (TryAnswer(known, findings, out ContainerFacts? container))
            {
                answers[sighting.Id] = container;
            }
        }

        foreach ((uint id, WatchedNamespace known) in _namespaces)
        {
            if (known.Round != _round)
            {
                _namespaces.Remove(id);
            }
        }

        return answers;
    }

    private bool TryAnswer(WatchedNamespace known, ScanFindings findings, out ContainerFacts? container)
    {
        container = null;
        bool all = true;
        int left = mostReads;
        foreach (int pid in known.Pids)
        {
            if (!known.IsSure(pid))
            {
                if (left-- <= 0)
                {
                    all = false;
                    continue;
                }

                if (!TryRead(known, pid, findings))
                {
                    continue; // it has ended
                }
            }

            if (!known.IsSure(pid))
            {
                all = false;
                continue;
            }

            ContainerFacts? its = known.ContainerOf(pid);
            container = container is null ? its : Common(container, its);
            if (container is null)
            {
                return true;
            }
        }

        container = container?.PodUid is null ? container : PodOf(container);
        return all && container is not null;
    }

    /// <summary>False where the process has ended.</summary>
    private bool TryRead(WatchedNamespace known, int pid, ScanFindings findings)
    {
        try
        {
            if (Cgroup.TryRead(proc, pid, out IReadOnlyList<Cgroup> groups) is Linux.ProcFs.Look.Gone)
            {
                return false;
            }

            known.Note(pid, containers.Of(ContainerCgroup.Of(groups)));
            return true;
        }
        catch (KernelException exception)
        {
            findings.Failed(exception);
            return true;
        }
    }

    /// <summary>What two processes have in common: their container, else their pod.</summary>
    private ContainerFacts? Common(ContainerFacts one, ContainerFacts? other)
    {
        if (one == other)
        {
            return one;
        }

        return one.PodUid is not null && one.PodUid == other?.PodUid
            ? containers.Of(new ContainerCgroup(null, one.Runtime == other.Runtime ? one.Runtime : null, one.PodUid))
            : null;
    }

    private ContainerFacts? PodOf(ContainerFacts container) =>
        containers.Of(new ContainerCgroup(null, container.Runtime, container.PodUid));
}
