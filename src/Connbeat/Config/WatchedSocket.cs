using System.Globalization;

namespace Connbeat.Config;

/// <summary>One thing that cnxwatch watches: an item of <c>sockets</c>.</summary>
internal sealed record WatchedSocket
{
    private static readonly string[] Protocols = ["tcp", "tcp4", "tcp6", "udp", "udp4", "udp6"];

    private static readonly string[] Known =
        ["name", "host", "srcHost", "dstHost", "port", "srcPort", "dstPort", "protocol", "process", "processName", "status"];

    /// <summary>What its series is called.</summary>
    public required string Name { get; init; }

    /// <summary>True for what listens, false for what is connected.</summary>
    public bool Listens { get; init; }

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

    /// <summary>Reads one.</summary>
    /// <param name="item">What was written.</param>
    /// <param name="faults">Takes what is wrong with it, in the words of cnxwatch_exporter.</param>
    /// <param name="warnings">Takes what has no effect.</param>
    /// <returns>Null where something is wrong.</returns>
    public static WatchedSocket? Read(ConfigNode item, ICollection<ConfigFault> faults, ICollection<ConfigFault> warnings)
    {
        if (item is not ConfigMap map)
        {
            faults.Add(new ConfigFault(item.Origin, $"a socket is {item}; expected settings, as 'name: value'"));
            return null;
        }

        foreach ((string key, ConfigNode value) in map.Entries)
        {
            if (!Known.Contains(key))
            {
                warnings.Add(new ConfigFault(value.Origin, $"{key} is not a setting of a socket, and has no effect"));
            }
        }

        string status = Text(map, "status", "listen");
        bool listens = status == "listen";
        string source = Text(map, "srcHost", Text(map, "host", "")), destination = Text(map, "dstHost", "");
        string sourcePort = Text(map, "srcPort", Text(map, "port", "")), destinationPort = Text(map, "dstPort", "");
        string protocol = Text(map, "protocol", "tcp");
        string process = Text(map, "process", Text(map, "processName", ""));
        PortRange? from = null, to = null;
        string? problem = Text(map, "name", "").Length == 0 ? "socket must have the field name set"
            : status is not ("listen" or "established") ? "The status of the socket is not a valid one"
            : listens && source.Length == 0 ? "socket must have the field host or srcHost set"
            : (source + destination).Length == 0 ? "socket must have the field host or srcHost or dstHost set"
            : listens && sourcePort.Length == 0 ? "socket must have the field port or srcPort"
            : (sourcePort + destinationPort).Length == 0 ? "socket must have the field port or srcPort or dstPort set"
            : !TryPorts(sourcePort, out from) || !TryPorts(destinationPort, out to) ? $"the port is not one: expected {PortRange.Expected}"
            : !Protocols.Contains(protocol) ? "The protocol of the socket is not a valid one"
            : !LinearRegex.TryParse(process, out _, out string? fault) ? $"process {fault}"
            : null;
        if (problem is not null)
        {
            faults.Add(new ConfigFault(map.Origin, problem));
            return null;
        }

        return new WatchedSocket
        {
            Name = Text(map, "name", ""),
            Listens = listens,
            Protocol = protocol,
            SourceHost = source,
            SourcePort = from,
            DestinationHost = destination,
            DestinationPort = to,
            Process = process,
        };
    }

    private static string Text(ConfigMap map, string key, string @default) =>
        map.TryGet(key, out ConfigNode? node) && node is ConfigScalar { IsEmpty: false } scalar ? scalar.Written : @default;

    /// <summary>0, like nothing, is any.</summary>
    private static bool TryPorts(string text, out PortRange? ports)
    {
        ports = null;
        if (text.Length == 0 || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number == 0))
        {
            return true;
        }

        bool understood = PortRange.TryParse(text, out PortRange range);
        ports = range;
        return understood;
    }
}
