using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.Capture.Bpf;
using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;
using Connbeat.Telemetry;
using Connbeat.Tracking;

namespace Connbeat.Commands;

/// <summary>One picture of the sockets that there are, with their owners.</summary>
/// <param name="start">Opens the engine.</param>
/// <param name="enrichment">How much of processes is shown.</param>
/// <param name="happened">Takes what is worth telling.</param>
/// <param name="time">The clock.</param>
internal sealed class SocketSnapshot(
    CaptureStart start, EnrichmentOptions enrichment, CaptureHappenings happened, TimeProvider time)
{
    private readonly CaptureSettings _settings = start.Settings;
    private readonly List<Connection> _sockets = [];
    private readonly ListenerTable _listeners = new();
    private readonly CgroupDirectory _cgroups = new();

    // Where eBPF programs tell owners: what they have shown, by cookie, since a socket may have several descriptors.
    private readonly HashSet<ulong> _held = [];
    private readonly UserNames _users = UserNames.OfSystem(time);

    /// <summary>The network namespaces that were looked into, but for the agent's own.</summary>
    public NamespaceDirectory Namespaces { get; } = new();

    /// <summary>Takes it.</summary>
    /// <param name="states">The states to show, by protocol.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine asked for needs.</exception>
    public IReadOnlyList<Connection> Take(Func<Transport, TcpStates> states)
    {
        long now = time.GetTimestamp();
        using KernelPrograms? programs = start.LoadSnapshots();
        (HostScanner scanner, HeardProcesses? heard) = programs is null
            ? (Agent.CreateScanner(enrichment, time), null)
            : Agent.CreateLooks(enrichment, _cgroups, _users, time);
        OwnerSearch owners = new(
            new ProcessDirectory(), enrichment.ExposeProcessInfo, _cgroups, Namespaces, heard: heard);
        programs?.ReadSockets(row => AddHeld(ProgramSocket.ParseRow(row), now, states, owners));
        using WatchedNamespaces namespaces = programs is null ? start.Choose(Open) : Open(start.OpenHelper());
        namespaces.Refresh();
        Namespaces.Apply(namespaces.Sightings);
        foreach (INamespaceView view in namespaces.All)
        {
            foreach (Transport transport in _settings.Transports)
            {
                if (view.MayHave(transport) && states(transport) is not TcpStates.None and TcpStates wanted)
                {
                    view.Read(transport, wanted, (in SocketEntry entry) => AddUnlessHeld(view.Namespace, now, entry));
                }
            }
        }

        foreach (Connection socket in _sockets)
        {
            socket.Direction = Directions.Of(socket, _listeners);
        }

        FindOwners(owners, scanner, now);
        return _sockets;
    }

    private WatchedNamespaces Open(ICaptureEngine engine) =>
        new(engine, engine.OpenOwn(), _settings.OwnNamespace, _settings.Census, happened);

    private void AddHeld(in ProgramSocket held, long now, Func<Transport, TcpStates> states, OwnerSearch owners)
    {
        SocketEntry entry = held.Entry;
        bool isWanted = _settings.Transports.Contains(entry.Transport) &&
            ((uint)states(entry.Transport) & (1u << (int)entry.State)) != 0;
        if (isWanted && _held.Add(entry.Cookie))
        {
            _users.Of(held.Owner.Uid);
            owners.Take(Add(held.Namespace, now, entry), RingReader.ObservationOf(held, now));
        }
    }

    private void AddUnlessHeld(uint @namespace, long now, in SocketEntry entry)
    {
        if (!_held.Contains(entry.Cookie))
        {
            Add(@namespace, now, entry);
        }
    }

    private Connection Add(uint @namespace, long now, in SocketEntry entry)
    {
        Connection socket = new()
        {
            Key = SocketKey.Of(new SocketObservation(@namespace, now, entry)),
            Transport = entry.Transport,
            Tuple = entry.Tuple,
            IsListener = entry.IsListening,
            OnlyIPv6 = entry.OnlyIPv6,
            FirstSeen = now,
            StartWasSeen = false,
        };
        socket.Observe(entry, destroyed: false);
        _sockets.Add(socket);
        if (socket.IsListener)
        {
            _listeners.Add(socket);
        }

        return socket;
    }

    /// <summary>Listeners first: the owner of an accepted connection depends on its listener's.</summary>
    private void FindOwners(OwnerSearch owners, HostScanner scanner, long now)
    {
        foreach (Connection socket in _sockets)
        {
            owners.Find(socket, _listeners);
        }

        owners.Apply(scanner.Scan(owners.Request(now)));
        foreach (Connection listener in _sockets.Where(socket => socket.IsListener))
        {
            owners.Find(listener, _listeners);
        }

        foreach (Connection connection in _sockets.Where(socket => !socket.IsListener))
        {
            owners.Find(connection, _listeners);
        }
    }
}
