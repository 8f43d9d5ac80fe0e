using System.Globalization;

namespace Connbeat.Config;

/// <summary>Reads items of <c>sockets</c>, and says what is wrong with one in the words of cnxwatch_exporter.</summary>
/// <param name="faults">Takes what is wrong.</param>
/// <param name="unknown">Takes where a setting stands that a socket does not have, and what there is to say of it.</param>
/// <param name="text">What a value stands for.</param>
internal sealed class WatchedSocketReader(
    ICollection<ConfigFault> faults, Action<Origin?, string> unknown, Func<ConfigScalar, string> text)
{
    private static readonly string[] Protocols = ["tcp", "tcp4", "tcp6", "udp", "udp4", "udp6"];

    private static readonly string[] Known =
        ["name", "host", "srcHost", "dstHost", "port", "srcPort", "dstPort", "protocol", "process", "processName", "status", "state", "namespace", "container"];

    /// <summary>Of TCP, but for the two that a status says.</summary>
    private static readonly string[] States =
        ["syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait", "close-wait", "last-ack", "closing"];

    /// <summary>Reads one.</summary>
    /// <returns>Null where something is wrong.</returns>
    public WatchedSocket? Read(ConfigNode item)
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
                unknown(value.Origin, $"{key} is not a setting of a socket");
            }
        }

        string name = Text(map, "name", ""), status = Text(map, "status", "listen");
        string state = Text(map, "state", "").Replace('_', '-').ToLowerInvariant();
        bool listens = status == "listen" && state.Length == 0;
        string source = Text(map, "srcHost", Text(map, "host", "")), destination = Text(map, "dstHost", "");
        string sourcePort = Text(map, "srcPort", Text(map, "port", "")), destinationPort = Text(map, "dstPort", "");
        string protocol = Text(map, "protocol", "tcp");
        string process = Text(map, "process", Text(map, "processName", ""));
        PortRange? from = null, to = null;
        string? problem = name.Length == 0 ? "socket must have the field name set"
            : status is not ("listen" or "established") ? "The status of the socket is not a valid one"
            : state.Length > 0 && !States.Contains(state) ? $"The state of the socket is not a valid one: expected {string.Join(", ", States)}"
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
            Name = name,
            Listens = listens,
            Protocol = protocol,
            SourceHost = source,
            SourcePort = from,
            DestinationHost = destination,
            DestinationPort = to,
            Process = process,
            State = state,
            Namespace = Text(map, "namespace", ""),
            Container = Text(map, "container", ""),
        };
    }

    private string Text(ConfigMap map, string key, string @default) =>
        map.TryGet(key, out ConfigNode? node) && node is ConfigScalar { IsEmpty: false } scalar ? text(scalar) : @default;

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
