namespace Connbeat.Config;

/// <summary>Which sockets are not told: the section <c>connbeat.filter</c>.</summary>
internal sealed record FilterOptions
{
    private static readonly Dictionary<string, bool> Selves = new() { ["exclude"] = false, ["include"] = true };

    /// <summary>False: what stays on 127.0.0.0/8 and <c>::1</c> is not told. Default true.</summary>
    public bool Loopback { get; init; } = true;

    /// <summary>Only sockets with one of these ports at either end are told; empty: all. Default empty.</summary>
    public IReadOnlyList<PortRange> Ports { get; init; } = [];

    /// <summary>Sockets with one of these ports at either end are not told. Default none.</summary>
    public IReadOnlyList<PortRange> ExcludePorts { get; init; } = [];

    /// <summary>True: the agent's own sockets are told too. Default false.</summary>
    public bool IncludeSelf { get; init; }

    /// <summary>Reads the section.</summary>
    public static FilterOptions Read(ConfigSection filter)
    {
        FilterOptions defaults = new();
        return new()
        {
            Loopback = filter.Bool("loopback", defaults.Loopback),
            Ports = filter.PortRanges("ports", defaults.Ports),
            ExcludePorts = filter.PortRanges("exclude_ports", defaults.ExcludePorts),
            IncludeSelf = filter.Choice("self", defaults.IncludeSelf, Selves),
        };
    }
}
