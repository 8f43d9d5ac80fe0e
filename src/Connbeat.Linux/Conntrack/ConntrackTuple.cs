namespace Connbeat.Linux.Conntrack;

/// <summary>One direction of a flow: who sends to whom. Ports are 0 where the protocol has none.</summary>
internal readonly record struct ConntrackTuple(
    InetAddress Source, ushort SourcePort, InetAddress Destination, ushort DestinationPort);
