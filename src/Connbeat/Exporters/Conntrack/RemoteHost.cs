using Connbeat.Linux;

namespace Connbeat.Exporters.Conntrack;

/// <summary>What connections are counted under: the far end, as far as it is to be told apart.</summary>
/// <param name="Address">Its address, or the first of its network.</param>
/// <param name="Port">Its port; 0 where ports are not told apart.</param>
/// <param name="Direction">Who began.</param>
/// <param name="Kind">What of it is told.</param>
internal readonly record struct RemoteHost(InetAddress Address, ushort Port, FlowDirection Direction, RemoteHostKind Kind)
{
    /// <summary>All that there is no room for.</summary>
    public static readonly RemoteHost Other = new(default, 0, FlowDirection.Unknown, RemoteHostKind.Other);
}

/// <summary>What of a far end is told.</summary>
internal enum RemoteHostKind : byte
{
    /// <summary>Address and port.</summary>
    AddressPort,

    /// <summary>The address.</summary>
    Address,

    /// <summary>The network: /24 of IPv4, /64 of IPv6.</summary>
    Network,

    /// <summary>Nothing: it is among the rest.</summary>
    Other,
}

/// <summary>Who began a flow.</summary>
internal enum FlowDirection : byte
{
    /// <summary>It is not told.</summary>
    Unknown,

    /// <summary>This host.</summary>
    Outbound,

    /// <summary>The far end.</summary>
    Inbound,

    /// <summary>It passes through.</summary>
    Forwarded,
}
