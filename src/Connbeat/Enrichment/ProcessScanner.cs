using Connbeat.Linux;

namespace Connbeat.Enrichment;

/// <summary>
/// Finds the owners of sockets in /proc and rescans only what changed. One user at a time, on the worker.
/// </summary>
/// <remarks>
/// <para>Every round lists the processes and asks each for its change marker, one system call. A process is dirty when
/// it is new or its marker moved since its descriptors were read; of those that hold sockets, one small file is read as
/// well, which tells a new name or program.</para>
/// <para>Descriptors are read only while an owner is wanted: first of the dirty processes, the likely ones before the
/// others, until all owners are found. What is missing then is with a process that closed one descriptor and opened
/// another, or that had its marker unknown, or with nobody: the other processes are read too, so many descriptors a
/// round, and once all were read since the inode was first wanted, nobody holds it.</para>
/// </remarks>
/// <param name="reader">Reads descriptors and facts of single processes.</param>
/// <param name="time">The clock whose timestamps requests carry.</param>
/// <param name="walkBudget">How many descriptors of unchanged processes one round may read.</param>
internal sealed class ProcessScanner(WatchedProcessReader reader, TimeProvider time, int walkBudget = 20_000)
{
    private readonly Dictionary<int, WatchedProcess> _processes = [];
    private readonly WantedInodes _wanted = new();
    private readonly List<int> _pids = [];
    private readonly List<WatchedProcess> _queue = [];
    private bool _fresh = true;
    private int _round;

    /// <summary>Looks once. After an exception the scanner has forgotten all and begins anew.</summary>
    /// <exception cref="KernelException">The processes cannot be listed.</exception>
    public ProcessScan Scan(ScanRequest request)
    {
        try
        {
            ScanFindings findings = new();
            FindChanges(findings);
            FindOwners(request, findings);
            List<uint> nobody = TakeUnowned(findings);
            ProcessScan scan = findings.ToScan(_fresh, nobody, CountDenied());
            _fresh = false;
            return scan;
        }
        catch
        {
            BeginAnew();
            throw;
        }
    }

    /// <summary>Forgets all: the next look tells every process again.</summary>
    public void BeginAnew()
    {
        _processes.Clear();
        _wanted.Clear();
        _fresh = true;
    }

    private void FindChanges(ScanFindings findings)
    {
        _round++;
        reader.ListProcesses(_pids);
        long now = time.GetTimestamp();
        foreach (int pid in _pids)
        {
            if (!_processes.TryGetValue(pid, out WatchedProcess? process))
            {
                process = Add(pid, now);
            }

            if (reader.TryRefresh(process, findings))
            {
                process.Round = _round;
            }
        }

        foreach (WatchedProcess process in _processes.Values)
        {
            if (process.Round != _round)
            {
                WatchedProcessReader.Retire(process, findings);
                _processes.Remove(process.Pid);
            }
        }
    }

    private void FindOwners(ScanRequest request, ScanFindings findings)
    {
        _wanted.Take(request);
        foreach (WatchedProcess process in _processes.Values)
        {
            _wanted.StrikeOut(process.SocketInodes);
        }

        if (!_fresh && _wanted.IsEmpty)
        {
            return;
        }

        Queue(static (process, _) => process.IsDirty, LikelyFirst);
        foreach (WatchedProcess process in _queue)
        {
            if (!_fresh && _wanted.IsEmpty)
            {
                return;
            }

            Read(process, findings);
        }

        // Half for the likely, so that owners are found soon, and half in turn, so that every process is read some day.
        Walk(LikelyFirst, walkBudget / 2, findings);
        Walk(LongestUnreadFirst, walkBudget - (walkBudget / 2), findings);
    }

    /// <summary>Reads those that were not read since the newest inode was wanted, until the budget is spent.</summary>
    private void Walk(Comparison<WatchedProcess> order, int budget, ScanFindings findings)
    {
        if (_wanted.IsEmpty)
        {
            return;
        }

        Queue(static (process, since) => process.ReadAt < since, order);
        foreach (WatchedProcess process in _queue)
        {
            if (budget <= 0 || _wanted.IsEmpty)
            {
                return;
            }

            budget -= 1 + Read(process, findings);
        }
    }

    private void Queue(Func<WatchedProcess, long, bool> belongs, Comparison<WatchedProcess> order)
    {
        long since = _wanted.NewestSince();
        _queue.Clear();
        foreach (WatchedProcess process in _processes.Values)
        {
            if (belongs(process, since))
            {
                _queue.Add(process);
            }
        }

        _queue.Sort(order);
    }

    private int Read(WatchedProcess process, ScanFindings findings)
    {
        int descriptors = reader.ReadSockets(process, findings);
        if (_wanted.StrikeOut(process.SocketInodes))
        {
            process.LikelyAt = process.ReadAt;
        }

        return descriptors;
    }

    private List<uint> TakeUnowned(ScanFindings findings)
    {
        if (_wanted.IsEmpty || LongestUnread() == WatchedProcess.Never)
        {
            return [];
        }

        ReadNewcomers(findings);
        return _wanted.TakeUnowned(LongestUnread());
    }

    /// <summary>A process that began while the others were read may have taken over a socket of theirs.</summary>
    private void ReadNewcomers(ScanFindings findings)
    {
        reader.ListProcesses(_pids);
        long now = time.GetTimestamp();
        foreach (int pid in _pids)
        {
            if (_processes.ContainsKey(pid))
            {
                continue;
            }

            WatchedProcess process = Add(pid, now);
            if (reader.TryRefresh(process, findings))
            {
                Read(process, findings);
            }
            else
            {
                _processes.Remove(pid);
            }
        }
    }

    private WatchedProcess Add(int pid, long now)
    {
        WatchedProcess process = new(pid) { LikelyAt = now };
        _processes.Add(pid, process);
        return process;
    }

    private long LongestUnread()
    {
        long longest = long.MaxValue;
        foreach (WatchedProcess process in _processes.Values)
        {
            longest = Math.Min(longest, process.ReadAt);
        }

        return longest;
    }

    private int CountDenied()
    {
        int denied = 0;
        foreach (WatchedProcess process in _processes.Values)
        {
            denied += process.Denied ? 1 : 0;
        }

        return denied;
    }

    private static int LikelyFirst(WatchedProcess one, WatchedProcess other) => other.LikelyAt.CompareTo(one.LikelyAt);

    private static int LongestUnreadFirst(WatchedProcess one, WatchedProcess other) =>
        one.ReadAt.CompareTo(other.ReadAt);
}
