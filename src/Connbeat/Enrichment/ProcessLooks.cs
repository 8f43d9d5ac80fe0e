using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>
/// Reads what processes are that nobody was told of when they began. One user at a time, on the worker.
/// </summary>
/// <param name="proc">Where they are.</param>
/// <param name="facts">Reads one.</param>
/// <param name="beginsWithAll">True: the first look is at all processes, whoever is wanted.</param>
internal sealed class ProcessLooks(ProcReader proc, ProcessFactsReader facts, bool beginsWithAll = true)
{
    private const int KernelThreads = 2; // the parent of all kernel threads, kthreadd

    private readonly ProcessIds _ids = new(proc);
    private bool _begun;

    /// <summary>Looks once.</summary>
    /// <exception cref="KernelException">The processes cannot be listed.</exception>
    public IReadOnlyList<ProcessFacts> Read(IReadOnlySet<int> wanted, ScanFindings findings)
    {
        List<int> pids = [.. wanted];
        if (!_begun && beginsWithAll)
        {
            _ids.Read(pids);
        }

        List<ProcessFacts> found = [];
        foreach (int pid in pids)
        {
            try
            {
                if (ProcessStat.Read(proc, pid, out ProcessStat stat) is Look.Seen &&
                    pid != KernelThreads && stat.ParentPid != KernelThreads)
                {
                    found.Add(facts.Read(pid, stat, before: null));
                }
            }
            catch (Exception exception) when (exception is KernelException or WireFormatException)
            {
                findings.Failed(exception);
            }
        }

        _begun = true;
        return found;
    }

    /// <summary>The next look is as the first.</summary>
    public void BeginAnew() => _begun = false;
}
