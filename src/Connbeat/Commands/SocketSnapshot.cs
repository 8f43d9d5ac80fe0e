using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Telemetry;
using Connbeat.Tracking;

namespace Connbeat.Commands;

/// <summary>One picture of the sockets that there are, with their owners.</summary>
/// <param name="start">Opens the engine.</param>
/// <param name="scanner">Looks for owners and containers.</param>
/// <param name="exposesProcesses">False where no process is to be shown.</param>
/// <param name="happened">Takes what is worth telling.</param>
/// <param name="time">The clock.</param>
internal sealed class SocketSnapshot(
    CaptureStart start, HostScanner scanner, bool exposesProcesses, CaptureHappenings happened, TimeProvider time)
{
    private readonly CaptureSettings _settings = start.Settings;
    private readonly List<Connection> _sockets = [];
    private readonly ListenerTable _listeners = new();

    /// <summary>The network namespaces that were looked into, but for the agent's own.</summary>
    public NamespaceDirectory Namespaces { get; } = new();

    /// <summary>Takes it.</summary>
    /// <param name="states">The states to show, by protocol.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine asked for needs.</exception>
    public IReadOnlyList<Connection> Take(Func<Transport, TcpStates> states)
    {
        long now = time.GetTimestamp();
        using WatchedNamespaces namespaces = start.Choose(Open);
        namespaces.Refresh();
        Namespaces.Apply(namespaces.Sightings);
        foreach (INamespaceView view in namespaces.All)
        {
            foreach (Transport transport in _settings.Transports)
            {
                if (view.MayHave(transport) && states(transport) is not TcpStates.None and TcpStates wanted)
                {
                    view.Read(transport, wanted, (in SocketEntry entry) => Add(view.Namespace, now, entry));
                }
            }
        }

        foreach (Connection socket in _sockets)
        {
            socket.Direction = Directions.Of(socket, _listeners);
        }

        FindOwners(now);
        return _sockets;
    }

    private WatchedNamespaces Open(ICaptureEngine engine) =>
        new(engine, engine.OpenOwn(), _settings.OwnNamespace, _settings.Census, happened);

    private void Add(uint @namespace, long now, in SocketEntry entry)
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
    }

    /// <summary>Listeners first: the owner of an accepted connection depends on its listener's.</summary>
    private void FindOwners(long now)
    {
        OwnerSearch owners = new(new ProcessDirectory(), exposesProcesses, new CgroupDirectory(), Namespaces);
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
