using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>
/// Reads what processes are that nobody was told of when they began: at first all, then those that are wanted. One user at a
/// time, on the worker.
/// </summary>
internal sealed class ProcessLooks(ProcReader proc, ProcessFactsReader facts)
{
    private const int KernelThreads = 2; // the parent of all kernel threads, kthreadd

    private readonly ProcessIds _ids = new(proc);
    private bool _fresh = true;

    /// <summary>Looks once.</summary>
    /// <exception cref="KernelException">The processes cannot be listed.</exception>
    public IReadOnlyList<ProcessFacts> Read(IReadOnlySet<int> wanted, ScanFindings findings)
    {
        List<int> pids = [.. wanted];
        if (_fresh)
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

        _fresh = false;
        return found;
    }

    /// <summary>The next look is at all again.</summary>
    public void BeginAnew() => _fresh = true;
}
