namespace Connbeat.Config;

/// <summary>What the kernel is asked, and how often: part of the <c>connbeat</c> section.</summary>
internal sealed record CaptureOptions
{
    /// <summary>How many flows of UDP sockets are known at most; a flow takes some 200 bytes in the kernel, as long as there is one.</summary>
    public const int MostFlows = 65_536;

    private const long MiB = 1024 * 1024;

    private static readonly Dictionary<string, CaptureSource> Sources = new()
    {
        ["auto"] = CaptureSource.Auto,
        ["ebpf"] = CaptureSource.Ebpf,
        ["netlink"] = CaptureSource.Netlink,
        ["procfs"] = CaptureSource.Procfs,
    };

    private static readonly Dictionary<string, WatchedProtocol> KnownProtocols = new()
    {
        ["tcp"] = WatchedProtocol.Tcp,
        ["udp"] = WatchedProtocol.Udp,
    };

    private static readonly Dictionary<string, NamespaceScope> Scopes = new()
    {
        ["all"] = NamespaceScope.All,
        ["host"] = NamespaceScope.Host,
    };

    /// <summary>Where observations come from. Default auto.</summary>
    public CaptureSource Source { get; init; } = CaptureSource.Auto;

    /// <summary>How often a snapshot of all sockets is taken, 10ms to 1h. Default 2s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes of the ring that eBPF programs write to, 64 KiB to 1 GiB; a power of two or rounded up to one. Default 16 MiB.</summary>
    public long RingSize { get; init; } = 16 * MiB;

    /// <summary>The longest that a change waits for others before it is passed on, 1ms to 10s. Default 200ms.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The transport protocols to watch. Default tcp and udp.</summary>
    public IReadOnlyList<WatchedProtocol> Protocols { get; init; } = [WatchedProtocol.Tcp, WatchedProtocol.Udp];

    /// <summary>The network namespaces to watch. Default all.</summary>
    public NamespaceScope Namespaces { get; init; } = NamespaceScope.All;

    /// <summary>True: whom UDP sockets talk to is told, by eBPF. Default false.</summary>
    public bool UdpFlows { get; init; }

    /// <summary>After so long without a datagram a flow of UDP is over, 1s to 1h. Default 30s.</summary>
    public TimeSpan UdpIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>False: the sockets of the agent's own network namespace are not watched. Default true.</summary>
    public bool EnableLocalConnections { get; init; } = true;

    /// <summary>Which sockets are not told.</summary>
    public FilterOptions Filter { get; init; } = new();

    /// <summary>Reads its part of the <c>connbeat</c> section.</summary>
    public static CaptureOptions Read(ConfigSection connbeat)
    {
        CaptureOptions defaults = new();
        CaptureOptions options = new()
        {
            Source = connbeat.Choice("source", OlderSource(connbeat), Sources),
            PollInterval = connbeat.Duration(
                "poll_interval", defaults.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
            Latency = connbeat.Duration(
                "latency", defaults.Latency, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)),
            RingSize = connbeat.Size("ring_size", defaults.RingSize, min: MiB / 16, max: 1024 * MiB),
            Protocols = connbeat.Choices("protocols", defaults.Protocols, KnownProtocols),
            UdpFlows = connbeat.Bool("udp_flows", defaults.UdpFlows),
            UdpIdle = connbeat.Duration("udp_idle", defaults.UdpIdle, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Namespaces = connbeat.Choice("namespaces", defaults.Namespaces, Scopes),
            EnableLocalConnections = connbeat.Bool("enable_local_connections", defaults.EnableLocalConnections),
            Filter = FilterOptions.Read(connbeat.Section("filter")),
        };

        if (options is { EnableLocalConnections: false, Namespaces: NamespaceScope.Host })
        {
            connbeat.Warn("enable_local_connections", "is false: nothing is watched, connbeat runs idle");
        }

        return options;
    }

    /// <summary>The original's way to choose between netlink and /proc; <c>source</c> has the last word.</summary>
    private static CaptureSource OlderSource(ConfigSection connbeat)
    {
        bool netlink = connbeat.Bool("enable_tcp_diag", @default: false);
        connbeat.IsToldBy("enable_tcp_diag", "is an older spelling; write connbeat.source: netlink, or auto");
        return netlink ? CaptureSource.Netlink : CaptureSource.Auto;
    }
}

/// <summary>Where observations come from.</summary>
internal enum CaptureSource
{
    /// <summary>The best that works here.</summary>
    Auto,

    /// <summary>eBPF programs, which tell what happens when it happens.</summary>
    Ebpf,

    /// <summary>Dumps of sock_diag(7) and its messages about sockets that go away.</summary>
    Netlink,

    /// <summary>The tables of /proc/net; proc_pid_net(5).</summary>
    Procfs,
}

/// <summary>A transport protocol that can be watched.</summary>
internal enum WatchedProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,
}

/// <summary>Which network namespaces are watched.</summary>
internal enum NamespaceScope
{
    /// <summary>Every one of the host.</summary>
    All,

    /// <summary>The one that the agent was started in.</summary>
    Host,
}
