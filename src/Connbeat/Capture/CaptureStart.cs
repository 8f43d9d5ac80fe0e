using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;

namespace Connbeat.Capture;

/// <summary>Chooses the engine that the configuration asks for, or the best that works here, and opens it.</summary>
/// <param name="options">What is to be observed.</param>
/// <param name="files">What to read in place of the kernel's tables.</param>
/// <param name="time">The clock.</param>
/// <param name="happened">Takes what is worth telling.</param>
internal sealed class CaptureStart(
    CaptureOptions options, ProcNetFiles files, TimeProvider time, CaptureHappenings happened)
{
    private readonly ProcReader _proc = new(ProcReader.System);

    /// <summary>What is observed, of the calling thread's network namespace and, unless only that is wanted, of all others.</summary>
    public CaptureSettings Settings => new()
    {
        PollInterval = options.PollInterval,
        Transports = Transports,
        OwnNamespace = NetworkNamespace.Current(),
        WatchOwn = options.EnableLocalConnections,
        Census = options.Namespaces is NamespaceScope.All ? new NamespaceCensus(new ProcReader(ProcReader.System)) : null,
        Filter = new ObservationFilter(
            new CaptureFilter(options.Filter), options.Filter.IncludeSelf ? null : new OwnSockets()),
    };

    private IReadOnlyList<Transport> Transports =>
        [.. options.Protocols.Distinct().Select(static protocol => protocol is WatchedProtocol.Udp ? Transport.Udp : Transport.Tcp)];

    /// <summary>Opens the engine in the calling thread's network namespace.</summary>
    /// <exception cref="KernelException">The kernel refuses what the engine asked for needs.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine asked for needs.</exception>
    public PollingCapture Open() => Choose(engine => new PollingCapture(engine, Settings, time, happened));

    /// <summary>Opens something by the engine that is asked for, or by the best that works.</summary>
    /// <param name="open">Opens it; where it fails by netlink and the choice is free, it is called again.</param>
    /// <exception cref="KernelException">The kernel refuses what the engine asked for needs.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine asked for needs.</exception>
    public T Choose<T>(Func<ICaptureEngine, T> open)
    {
        switch (options.Source)
        {
            case CaptureSource.Procfs:
                return open(new ProcfsEngine(_proc, files));
            case CaptureSource.Netlink:
                return open(new NetlinkEngine(Transports, _proc, happened));
            case CaptureSource.Auto when files != ProcNetFiles.None:
                happened.FellBack("PROC_NET_TCP or PROC_NET_TCP6 names a file to read");
                return open(new ProcfsEngine(_proc, files));
        }

        try
        {
            NetlinkEngine netlink = new(Transports, _proc, happened);
            if (!options.EnableLocalConnections)
            {
                netlink.OpenOwn().Dispose(); // otherwise nobody would notice that it does not work
            }

            return open(netlink);
        }
        catch (Exception failure) when (failure is KernelException or SocketException)
        {
            happened.FellBack(failure.Message);
            return open(new ProcfsEngine(_proc, files));
        }
    }
}
