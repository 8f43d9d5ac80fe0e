namespace Connbeat.Config;

/// <summary>One thing that cnxwatch watches: an item of <c>sockets</c>.</summary>
internal sealed record WatchedSocket
{
    /// <summary>What its series is called.</summary>
    public required string Name { get; init; }

    /// <summary>True for what listens, false for what is connected.</summary>
    public bool Listens { get; init; }

    /// <summary>The state, as ss names it, of what neither listens nor is just connected; empty: as <see cref="Listens"/> says.</summary>
    public string State { get; init; } = "";

    /// <summary>The network namespace: the name that <c>ip netns</c> has for it, or a path; empty for that of the agent.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>How the id of the container begins whose processes hold the sockets; empty for any process.</summary>
    public string Container { get; init; } = "";

    /// <summary>tcp, tcp4, tcp6, udp, udp4 or udp6.</summary>
    public string Protocol { get; init; } = "tcp";

    /// <summary>This end's host as written: an address, a network, a name; empty, <c>*</c> or <c>any</c> for every one.</summary>
    public string SourceHost { get; init; } = "";

    /// <summary>This end's ports; null for any.</summary>
    public PortRange? SourcePort { get; init; }

    /// <summary>The other end's host as written.</summary>
    public string DestinationHost { get; init; } = "";

    /// <summary>The other end's ports; null for any.</summary>
    public PortRange? DestinationPort { get; init; }

    /// <summary>A pattern that the whole name of the process matches; empty for any process.</summary>
    public string Process { get; init; } = "";

    /// <summary>True where the host stands for every address.</summary>
    public static bool IsAny(string host) => host is "" or "*" || host.Equals("any", StringComparison.OrdinalIgnoreCase);

    /// <summary>As connbeat.yml has it.</summary>
    public IReadOnlyDictionary<string, object?> Written => new (string Key, string? Value)[]
    {
        ("name", Name),
        ("status", Listens ? "listen" : "established"),
        ("protocol", Protocol),
        ("srcHost", SourceHost),
        ("srcPort", SourcePort?.ToString() ?? "0"),
        ("dstHost", DestinationHost),
        ("dstPort", DestinationPort?.ToString() ?? "0"),
        ("process", Process),
        ("state", State),
        ("namespace", Namespace),
        ("container", Container),
    }.Where(setting => setting.Value is { Length: > 0 }).ToDictionary(setting => setting.Key, setting => (object?)setting.Value);
}
