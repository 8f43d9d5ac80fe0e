using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;

namespace Connbeat.Exporters.Conntrack;

/// <summary>
/// Says which host a flow is counted under. Of the two ends it is the one that is not this host; of a flow that only passes
/// through, the one that answers, after translation. As conntrack_exporter has it.
/// </summary>
/// <param name="options">How far hosts are told apart.</param>
/// <param name="own">This host's addresses.</param>
internal sealed class RemoteHosts(ConntrackOptions options, IReadOnlySet<InetAddress> own)
{
    /// <summary>The far end itself, whatever is told of it.</summary>
    public RemoteHost EndOf(in ConntrackEntry entry) => EndOf(entry.Original, entry.Reply);

    /// <summary>What it is counted under; null where it is not to be counted.</summary>
    public RemoteHost? Of(in ConntrackTuple original, in ConntrackTuple reply)
    {
        RemoteHost end = EndOf(original, reply);
        InboundHosts inbound = end.Direction is FlowDirection.Inbound ? options.Inbound : InboundHosts.Port;
        if (inbound is InboundHosts.Off)
        {
            return null;
        }

        RemoteHostKind kind = KindOf(options.HostLabel);
        if (kind is RemoteHostKind.AddressPort && inbound is InboundHosts.Address)
        {
            kind = RemoteHostKind.Address; // a client's port tells nothing, and there are many
        }

        FlowDirection direction = options.TellsDirection ? end.Direction : FlowDirection.Unknown;
        return kind switch
        {
            RemoteHostKind.AddressPort => end with { Direction = direction },
            RemoteHostKind.Address => new(end.Address, 0, direction, kind),
            _ => new(FirstOf(end.Address), 0, direction, kind),
        };
    }

    private RemoteHost EndOf(in ConntrackTuple original, in ConntrackTuple reply) =>
        IsOwn(original.Source) ? new(original.Destination, original.DestinationPort, FlowDirection.Outbound, RemoteHostKind.AddressPort)
            : IsOwn(original.Destination)
                ? new(original.Source, original.SourcePort, FlowDirection.Inbound, RemoteHostKind.AddressPort)
            : IsOwn(reply.Source)
                ? new(reply.Destination, reply.DestinationPort, FlowDirection.Inbound, RemoteHostKind.AddressPort)
            : new(reply.Source, reply.SourcePort, FlowDirection.Forwarded, RemoteHostKind.AddressPort);

    private static RemoteHostKind KindOf(HostLabel label) => label switch
    {
        HostLabel.Address => RemoteHostKind.Address,
        HostLabel.Network => RemoteHostKind.Network,
        _ => RemoteHostKind.AddressPort,
    };

    private bool IsOwn(InetAddress address) => own.Contains(address);

    private static InetAddress FirstOf(InetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = address.Write(bytes);
        bytes[(length == 4 ? 3 : 8)..length].Clear();
        return length == 4 ? InetAddress.FromIPv4(bytes) : InetAddress.FromIPv6(bytes);
    }
}
