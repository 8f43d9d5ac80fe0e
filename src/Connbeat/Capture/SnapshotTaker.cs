using System.Net.Sockets;
using Connbeat.Capture.Bpf;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;
using Connbeat.Telemetry;

namespace Connbeat.Capture;

/// <summary>
/// Takes snapshots: all sockets of all network namespaces, as an engine sees them. Where there are eBPF programs, they show
/// what processes hold, with its owners; the engine is then asked for UDP, and for TCP where nothing may be missed. The
/// snapshot thread's.
/// </summary>
/// <param name="namespaces">Where to look.</param>
/// <param name="programs">The eBPF programs; null where there are none.</param>
/// <param name="settings">What is looked for.</param>
/// <param name="queue">Takes the parts.</param>
/// <param name="time">The clock.</param>
/// <param name="happened">Takes what is worth telling.</param>
internal sealed class SnapshotTaker(
    WatchedNamespaces namespaces,
    ProgramFeed? programs,
    CaptureSettings settings,
    ObservationQueue queue,
    TimeProvider time,
    CaptureHappenings happened)
{
    private SocketEntryReader? _add;

    // The snapshot under way.
    private ObservationBatch? _part;
    private uint _namespace;
    private long _at;

    /// <summary>How many sockets the last one showed.</summary>
    public int Sockets { get; private set; }

    /// <summary>Takes one.</summary>
    /// <param name="begin">When it begins.</param>
    /// <param name="everywhere">False looks only into the namespaces that are new.</param>
    public void Take(long begin, bool everywhere)
    {
        HashSet<uint> unseen = [.. namespaces.Closed];
        RefreshFilter();
        _part = queue.Rent(BatchKind.Snapshot, begin);
        Sockets = 0;
        bool all = programs is null || (everywhere && programs.WantsAll);
        if (all)
        {
            programs?.BeginAll();
        }

        bool held = programs is null || (everywhere && LookAtHeld(programs));
        IReadOnlyList<Transport> transports = all
            ? settings.Transports
            : [.. settings.Transports.Where(transport => transport is not Transport.Tcp)];
        foreach (INamespaceView view in namespaces.All)
        {
            if (!(everywhere || namespaces.Joined.Contains(view)) || !Look(view, transports) || !held)
            {
                unseen.Add(view.Namespace);
            }
        }

        if (all && unseen.Count > namespaces.Closed.Count)
        {
            programs?.WantAll();
        }

        if (everywhere)
        {
            happened.SnapshotTaken(Sockets, time.GetElapsedTime(begin));
        }

        ObservationBatch part = _part;
        _part = null;
        part.IsLast = true;
        part.IsComplete = everywhere && held && !unseen.Contains(settings.OwnNamespace);
        part.ShowsHeldTcpOnly = !all;
        part.Unseen = unseen;
        part.End = time.GetTimestamp();
        queue.Send(part);
    }

    private void RefreshFilter()
    {
        try
        {
            settings.Filter.Refresh();
        }
        catch (KernelException failure)
        {
            happened.SnapshotFailed(failure); // what is new of the agent's own sockets is told this time
        }
    }

    /// <summary>First of all: a socket that is accepted meanwhile is then seen by the one or by the other.</summary>
    /// <returns>False where sockets may be missing.</returns>
    private bool LookAtHeld(ProgramFeed from)
    {
        _at = time.GetTimestamp();
        try
        {
            from.ReadSockets(AddHeld);
            return true;
        }
        catch (Exception failure) when (failure is BpfException or WireFormatException)
        {
            happened.SnapshotFailed(failure);
            return false;
        }
    }

    /// <returns>False where sockets may be missing.</returns>
    private bool Look(INamespaceView view, IReadOnlyList<Transport> transports)
    {
        bool complete = true;
        _namespace = view.Namespace;
        _at = time.GetTimestamp();
        foreach (Transport transport in transports)
        {
            try
            {
                complete &= !view.MayHave(transport) ||
                    view.Read(transport, transport is Transport.Udp ? TcpStates.Datagram : TcpStates.Watched, _add ??= Add);
            }
            catch (Exception failure) when (failure is KernelException or WireFormatException or SocketException)
            {
                happened.SnapshotFailed(failure);
                return false;
            }
        }

        if (!complete)
        {
            happened.SnapshotInconsistent();
        }

        return complete;
    }

    private void Add(in SocketEntry entry)
    {
        // What has neither cookie nor inode is known by nothing, and held by nobody.
        bool isNamed = entry.Cookie != 0 || entry.Inode != 0;
        if (entry.IsTimeWait || !isNamed || settings.Filter.Drops(entry))
        {
            return;
        }

        Sockets++;
        RoomInPart().Add(_namespace, _at, entry);
    }

    /// <summary>Of those that only begin to connect, the ring tells what becomes of them.</summary>
    private void AddHeld(in ProgramSocket socket)
    {
        if (socket.Entry.State is TcpState.SynSent or TcpState.SynReceived || !settings.Transports.Contains(socket.Entry.Transport) ||
            settings.Filter.Drops(socket.Entry))
        {
            return;
        }

        Sockets++;
        RoomInPart().Add(RingReader.ObservationOf(socket, _at));
    }

    private ObservationBatch RoomInPart()
    {
        ObservationBatch part = _part!;
        if (part.IsFull)
        {
            queue.Send(part);
            part = _part = queue.Rent(BatchKind.Snapshot, part.Begin);
        }

        return part;
    }
}
