namespace Connbeat.Config;

/// <summary>Connections per remote host, as conntrack has them: the <c>exporters.conntrack</c> section.</summary>
internal sealed record ConntrackOptions
{
    private static readonly Dictionary<string, HostLabel> HostLabels = new()
    {
        ["address_port"] = HostLabel.AddressPort,
        ["address"] = HostLabel.Address,
        ["network"] = HostLabel.Network,
    };

    private static readonly Dictionary<string, bool> Fallbacks = new() { ["none"] = false, ["sockets"] = true };

    private static readonly Dictionary<string, InboundHosts> InboundNames = new()
    {
        ["port"] = InboundHosts.Port,
        ["address"] = InboundHosts.Address,
        ["off"] = InboundHosts.Off,
    };

    /// <summary>Where the page of conntrack_exporter is served; null for nowhere. Default 127.0.0.1:9318.</summary>
    public ListenAddress? Listen { get; init; } = new("127.0.0.1", 9318, null);

    /// <summary>Far ends that are left out; the key is <c>ignore_hosts</c>.</summary>
    public IReadOnlyList<IgnoredHost> Ignored { get; init; } = [];

    /// <summary>How many hosts there may be, the rest being one; null for any number. Default 10000.</summary>
    public int? MaxSeries { get; init; } = 10_000;

    /// <summary>How far hosts are told apart. Default address and port.</summary>
    public HostLabel HostLabel { get; init; } = HostLabel.AddressPort;

    /// <summary>How hosts that connect to this one are told. Default with their port.</summary>
    public InboundHosts Inbound { get; init; } = InboundHosts.Port;

    /// <summary>True to tell who began, in a label. Default false; the key is <c>direction</c>.</summary>
    public bool TellsDirection { get; init; }

    /// <summary>True to count UDP too. Default false.</summary>
    public bool Udp { get; init; }

    /// <summary>True to count sockets where conntrack tells nothing. Default false; the key is <c>fallback</c>.</summary>
    public bool FallsBackToSockets { get; init; }

    /// <summary>Reads the section.</summary>
    public static ConntrackOptions Read(ConfigSection section)
    {
        ConntrackOptions defaults = new();
        int most = section.Int("max_series", defaults.MaxSeries!.Value, min: 0);
        return new()
        {
            Listen = section.ListenOrNot("listen", defaults.Listen!),
            Ignored = section.IgnoredHosts("ignore_hosts"),
            MaxSeries = most == 0 ? null : most,
            HostLabel = section.Choice("host_label", defaults.HostLabel, HostLabels),
            Inbound = section.Choice("inbound", defaults.Inbound, InboundNames),
            TellsDirection = section.Bool("direction", defaults.TellsDirection),
            Udp = section.Bool("udp", defaults.Udp),
            FallsBackToSockets = section.Choice("fallback", false, Fallbacks),
        };
    }
}

/// <summary>How far the hosts are told apart.</summary>
internal enum HostLabel
{
    /// <summary>By address and port.</summary>
    AddressPort,

    /// <summary>By address.</summary>
    Address,

    /// <summary>By network: /24 of IPv4, /64 of IPv6.</summary>
    Network,
}

/// <summary>How hosts are told that connect to this one.</summary>
internal enum InboundHosts
{
    /// <summary>With the port that they came from.</summary>
    Port,

    /// <summary>By address alone.</summary>
    Address,

    /// <summary>Not at all.</summary>
    Off,
}
