using System.Diagnostics.CodeAnalysis;
using Connbeat.Events;

namespace Connbeat.Enrichment;

/// <summary>
/// Who owns which socket, as far as scans have told. Belongs to the loop: no locks, no I/O. A socket costs 28 bytes.
/// </summary>
internal sealed class ProcessDirectory
{
    /// <summary>Stands for the holder of a socket that several hold; no process has this pid.</summary>
    private const int Several = 0;

    private readonly Dictionary<int, ProcessSighting> _processes = [];
    private readonly Dictionary<uint, int> _holder = [];
    private readonly Dictionary<uint, int[]> _holders = [];

    /// <summary>Moves whenever a look-up may find something else than before.</summary>
    public long Version { get; private set; }

    /// <summary>How many processes hold sockets.</summary>
    public int Processes => _processes.Count;

    /// <summary>How many sockets have an owner.</summary>
    public int Sockets => _holder.Count;

    /// <summary>Takes over what a scan found.</summary>
    public void Apply(ProcessScan scan)
    {
        if (scan.Fresh && _processes.Count > 0)
        {
            _processes.Clear();
            _holder.Clear();
            _holders.Clear();
            Version++;
        }

        foreach (ProcessKey gone in scan.Gone)
        {
            if (_processes.TryGetValue(gone.Pid, out ProcessSighting? known) &&
                known.Facts.StartTicks == gone.StartTicks)
            {
                Remove(known);
            }
        }

        foreach (ProcessSighting sighting in scan.Sightings)
        {
            Put(sighting);
        }
    }

    /// <summary>Tells every process otherwise from now on.</summary>
    public void Replace(Func<ProcessFacts, ProcessFacts> by)
    {
        foreach ((int pid, ProcessSighting known) in _processes)
        {
            _processes[pid] = known with { Facts = by(known.Facts) };
        }

        Version++;
    }

    /// <summary>Finds the owner of a socket; false where none was told.</summary>
    public bool TryFindOwner(uint inode, OwnerRule rule, [NotNullWhen(true)] out ProcessFacts? owner)
    {
        owner = null;
        if (!_holder.TryGetValue(inode, out int pid))
        {
            return false;
        }

        owner = pid == Several ? Choose(_holders[inode], rule) : _processes[pid].Facts;
        return true;
    }

    private ProcessFacts Choose(int[] pids, OwnerRule rule)
    {
        ProcessFacts chosen = _processes[pids[0]].Facts;
        foreach (int pid in pids)
        {
            ProcessFacts holder = _processes[pid].Facts;
            if (chosen.Pid == rule.LastResort || (pid != rule.LastResort && IsOlder(holder, chosen)))
            {
                chosen = holder;
            }
        }

        return chosen;
    }

    private static bool IsOlder(ProcessFacts one, ProcessFacts other) =>
        one.StartTicks != other.StartTicks ? one.StartTicks < other.StartTicks : one.Pid < other.Pid;

    private void Put(ProcessSighting sighting)
    {
        int pid = sighting.Facts.Pid;
        if (_processes.TryGetValue(pid, out ProcessSighting? before) &&
            before.Facts.StartTicks != sighting.Facts.StartTicks)
        {
            Remove(before);
            before = null;
        }

        _processes[pid] = sighting;
        bool changed = !ReferenceEquals(before?.Facts, sighting.Facts);
        if (!ReferenceEquals(before?.SocketInodes, sighting.SocketInodes))
        {
            changed |= PutSockets(pid, before?.SocketInodes ?? [], sighting.SocketInodes);
        }

        Version += changed ? 1 : 0;
    }

    private void Remove(ProcessSighting process)
    {
        PutSockets(process.Facts.Pid, process.SocketInodes, []);
        _processes.Remove(process.Facts.Pid);
        Version++;
    }

    /// <summary>Walks both sorted lists side by side, so that what stayed costs nothing.</summary>
    /// <returns>True where they differ.</returns>
    private bool PutSockets(int pid, ReadOnlySpan<uint> before, ReadOnlySpan<uint> now)
    {
        bool changed = false;
        while (!before.IsEmpty || !now.IsEmpty)
        {
            if (now.IsEmpty || (!before.IsEmpty && before[0] < now[0]))
            {
                RemoveHolder(before[0], pid);
                before = before[1..];
                changed = true;
            }
            else if (before.IsEmpty || now[0] < before[0])
            {
                AddHolder(now[0], pid);
                now = now[1..];
                changed = true;
            }
            else
            {
                before = before[1..];
                now = now[1..];
            }
        }

        return changed;
    }

    private void AddHolder(uint inode, int pid)
    {
        if (_holder.TryAdd(inode, pid))
        {
            return;
        }

        _holders[inode] = _holder[inode] == Several ? [.. _holders[inode], pid] : [_holder[inode], pid];
        _holder[inode] = Several;
    }

    private void RemoveHolder(uint inode, int pid)
    {
        if (_holder[inode] != Several)
        {
            _holder.Remove(inode);
            return;
        }

        int[] left = Array.FindAll(_holders[inode], holder => holder != pid);
        if (left.Length > 1)
        {
            _holders[inode] = left;
            return;
        }

        _holder[inode] = left[0];
        _holders.Remove(inode);
    }
}
