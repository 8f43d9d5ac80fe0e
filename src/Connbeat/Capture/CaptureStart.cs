using System.Net.Sockets;
using System.Numerics;
using Connbeat.Capture.Bpf;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Telemetry;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>True where it is asked for whom UDP sockets talk to; only eBPF tells.</summary>
    public bool WantsFlows => options.UdpFlows && Transports.Contains(Transport.Udp);

    /// <summary>True: the arguments of programs are not even read.</summary>
    public bool HidesArguments { get; init; }

    /// <summary>Called with each user of whom there is something to tell, before it is told, by threads that may not wait.</summary>
    public Action<uint>? LearnUser { get; init; }

    /// <summary>True where eBPF is asked for, or may be tried.</summary>
    public bool TriesPrograms => options.Source is CaptureSource.Ebpf ||
        (options.Source is CaptureSource.Auto && files == ProcNetFiles.None && (Transports.Contains(Transport.Tcp) || WantsFlows));

    /// <summary>Opens the engine in the calling thread's network namespace.</summary>
    /// <exception cref="BpfException">eBPF was asked for and cannot be used.</exception>
    /// <exception cref="KernelException">The kernel refuses what the engine asked for needs.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine asked for needs.</exception>
    public PollingCapture Open()
    {
        if (TriesPrograms)
        {
            try
            {
                return OpenPrograms();
            }
            catch (Exception failure) when (options.Source is CaptureSource.Auto &&
                failure is BpfException or KernelException or SocketException)
            {
                happened.ProgramsRefused(failure.Message);
            }
        }

        if (WantsFlows)
        {
            happened.FlowsRefused();
        }

        return Choose(engine => new PollingCapture(engine, Settings, time, happened));
    }

    /// <summary>Loads the eBPF programs as they are configured, and attaches them.</summary>
    /// <exception cref="BpfException">eBPF cannot be used.</exception>
    public KernelPrograms LoadPrograms(params ReadOnlySpan<ProgramFeature> features)
    {
        KernelPrograms programs = KernelPrograms.Load(ProgramSettings, features: features);
        try
        {
            using SafeFileHandle? cgroups = CgroupRoot.Open(_proc);
            programs.Attach(cgroups);
            return programs;
        }
        catch
        {
            programs.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Loads what reads all sockets that processes hold; null where eBPF is not asked for and does not work either.
    /// </summary>
    /// <exception cref="BpfException">eBPF was asked for and cannot be used.</exception>
    public KernelPrograms? LoadSnapshots()
    {
        const int SmallestRing = 64 * 1024; // a snapshot uses none

        if (!TriesPrograms)
        {
            return null;
        }

        try
        {
            ProgramSettings settings = new()
            {
                RingBytes = SmallestRing,
                PidNamespace = ProgramSettings.PidNamespace,
                OnlyNamespace = ProgramSettings.OnlyNamespace,
            };
            return KernelPrograms.Load(settings, features: ProgramFeature.Snapshots);
        }
        catch (BpfException) when (options.Source is CaptureSource.Auto)
        {
            return null;
        }
    }

    /// <summary>Tells what the programs do not, where it works: the ends of UDP sockets, and sockets that nobody holds.</summary>
    /// <param name="hearsEnds">False where the programs tell also of the ends of UDP sockets.</param>
    public ICaptureEngine OpenHelper(bool hearsEnds = true)
    {
        try
        {
            NetlinkEngine netlink = new(
                [.. Transports.Where(transport => transport is Transport.Udp)], _proc, happened)
            { IsHelper = true, HearsEnds = hearsEnds };
            netlink.OpenOwn().Dispose();
            return netlink;
        }
        catch (Exception failure) when (failure is KernelException or SocketException)
        {
            happened.FeatureRefused("netlink", failure.Message, ProgramWords.CostOfNoNetlink);
            return new UnenteredEngine();
        }
    }

    /// <summary>Opens something by the engine that is asked for, or by the best that works but for eBPF.</summary>
    /// <param name="open">Opens it; where it fails by netlink and the choice is free, it is called again.</param>
    /// <exception cref="KernelException">The kernel refuses what the engine asked for needs.</exception>
    /// <exception cref="SocketException">The kernel lacks what the engine asked for needs.</exception>
    public T Choose<T>(Func<ICaptureEngine, T> open)
    {
        switch (options.Source)
        {
            case CaptureSource.Procfs:
                return open(new ProcfsEngine(_proc, files));
            case CaptureSource.Ebpf:
                return open(OpenHelper());
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

    private ProgramSettings ProgramSettings => new()
    {
        RingBytes = (int)BitOperations.RoundUpToPowerOf2((uint)options.RingSize),
        PidNamespace = InitialNamespace.IsOfProcesses(_proc) == true ? 0 : PidNamespace.Current(_proc) ?? 0,
        OwnPid = options.Filter.IncludeSelf ? 0 : Environment.ProcessId,
        OnlyNamespace = options.Namespaces is NamespaceScope.Host ? NetworkNamespace.Current() : 0,
        ExceptNamespace = options.EnableLocalConnections ? 0 : NetworkNamespace.Current(),
        DropsLoopback = !options.Filter.Loopback,
        WantsPort = Ranges(options.Filter.Ports),
        DropsPort = Ranges(options.Filter.ExcludePorts),
        HidesArguments = HidesArguments,
        FlowEntries = WantsFlows ? CaptureOptions.MostFlows : 0,
    };

    private static Func<int, bool>? Ranges(IReadOnlyList<PortRange> ranges) => ranges.Count == 0
        ? null
        : port => ranges.Any(range => port >= range.First && port <= range.Last);

    private PollingCapture OpenPrograms()
    {
        KernelPrograms programs = LoadPrograms();
        try
        {
            CaptureSettings settings = Settings;
            ProgramFeedSettings fed = new()
            {
                Filter = settings.Filter,
                Latency = options.Latency,
                OwnPid = ProgramSettings.OwnPid,
                LearnUser = LearnUser,
                TellsTcp = Transports.Contains(Transport.Tcp),
                UdpIdle = options.UdpIdle,
            };
            PollingCapture capture = new(
                OpenHelper(hearsEnds: !programs.Has(ProgramFeature.Flows)), settings, time, happened,
                programs: queue => new ProgramFeed(programs, queue, fed, time, happened));
            happened.ProgramsAttached(ProgramSettings.RingBytes);
            foreach (ProgramRefusal refusal in programs.Refusals)
            {
                happened.FeatureRefused($"{refusal.Feature}", refusal.Failure.Message, ProgramWords.CostOf(refusal.Feature));
            }

            return capture;
        }
        catch
        {
            programs.Dispose();
            throw;
        }
    }
}
