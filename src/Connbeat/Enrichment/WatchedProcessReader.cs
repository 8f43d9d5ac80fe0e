using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>Looks at single processes for the scanner, and tells what changed. One user at a time.</summary>
internal sealed class WatchedProcessReader(ProcReader proc, ProcessFactsReader facts, TimeProvider time)
{
    private readonly ProcessIds _ids = new(proc);
    private readonly SocketInodes _sockets = new(proc);
    private bool _sizesCount;

    /// <summary>Puts the ids of all processes into <paramref name="pids"/>.</summary>
    /// <exception cref="KernelException">They cannot be listed.</exception>
    public void ListProcesses(List<int> pids) => _ids.Read(pids);

    /// <summary>
    /// Takes a new change marker, and, of a process that was told, tells a new name or program. A program that was
    /// just started may have closed sockets, so they are read again.
    /// </summary>
    /// <returns>False where the process has ended.</returns>
    public bool TryRefresh(WatchedProcess process, ScanFindings findings)
    {
        try
        {
            if (proc.TryStatus(process.Pid, "fd"u8, out FileStatus marker) == Look.Gone)
            {
                return false;
            }

            process.Marker = marker;
            _sizesCount |= marker.Size > 0;
            return process.Facts is not { } known || TryRefreshFacts(process, known, findings);
        }
        catch (Exception exception) when (exception is KernelException or WireFormatException)
        {
            findings.Failed(exception);
            return true;
        }
    }

    /// <summary>Reads which sockets a process holds, and tells them where they are others than before.</summary>
    /// <returns>How many descriptors it has.</returns>
    public int ReadSockets(WatchedProcess process, ScanFindings findings)
    {
        process.ReadAt = time.GetTimestamp();
        process.MarkerWhenRead = process.Marker;
        findings.Scanned();
        try
        {
            Look look = TryReadSockets(process, out ReadOnlySpan<uint> inodes, out int descriptors);
            process.Denied = look == Look.Denied;
            if (look == Look.Seen && !inodes.SequenceEqual(process.SocketInodes))
            {
                Tell(process, inodes, findings);
            }

            return descriptors;
        }
        catch (Exception exception) when (exception is KernelException or WireFormatException)
        {
            findings.Failed(exception);
            return 0;
        }
    }

    /// <summary>Tells that a process that was told has nothing to tell any more.</summary>
    public static void Retire(WatchedProcess process, ScanFindings findings)
    {
        if (process.Facts is not null)
        {
            findings.Went(process.Key);
            process.Facts = null;
            process.SocketInodes = [];
        }
    }

    private bool TryRefreshFacts(WatchedProcess process, ProcessFacts before, ScanFindings findings)
    {
        Look look = ProcessStat.Read(proc, process.Pid, out ProcessStat stat);
        if (look != Look.Seen || stat == process.Stat)
        {
            TellNameOfUser(process, before, findings);
            return look != Look.Gone;
        }

        if (stat.StartTicks != process.Stat.StartTicks)
        {
            Retire(process, findings);
            process.ReadAt = WatchedProcess.Never; // another process has the pid now
            return true;
        }

        process.Stat = stat;
        process.Facts = facts.Read(process.Pid, stat, before);
        findings.Sighted(process.Facts, process.SocketInodes);
        ReadSockets(process, findings);
        return true;
    }

    /// <summary>The system may tell it only when the process was told already.</summary>
    private void TellNameOfUser(WatchedProcess process, ProcessFacts before, ScanFindings findings)
    {
        ProcessFacts named = facts.Named(before);
        if (!ReferenceEquals(named, before))
        {
            process.Facts = named;
            findings.Sighted(named, process.SocketInodes);
        }
    }

    private Look TryReadSockets(WatchedProcess process, out ReadOnlySpan<uint> inodes, out int descriptors)
    {
        if (_sizesCount && process.Marker is { Inode: not 0, Size: 0 })
        {
            // Kernel threads and zombies have none, and nobody is denied what is not there.
            inodes = [];
            descriptors = 0;
            return Look.Seen;
        }

        return _sockets.TryRead(process.Pid, out inodes, out descriptors);
    }

    private void Tell(WatchedProcess process, ReadOnlySpan<uint> inodes, ScanFindings findings)
    {
        if (inodes.IsEmpty)
        {
            Retire(process, findings);
            return;
        }

        if (process.Facts is null)
        {
            if (ProcessStat.Read(proc, process.Pid, out ProcessStat stat) != Look.Seen)
            {
                return;
            }

            process.Stat = stat;
            process.Facts = facts.Read(process.Pid, stat, before: null);
        }

        process.SocketInodes = inodes.ToArray();
        findings.Sighted(process.Facts, process.SocketInodes);
    }
}
