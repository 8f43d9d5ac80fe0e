using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>What address translation on this host makes of the ends of a connection, by conntrack's word. One at least is there.</summary>
/// <param name="Local">What this host's end is on the other side of the translation; null where it is the same.</param>
/// <param name="Remote">What the other end is there; null where it is the same.</param>
internal sealed record NatFacts(NatEnd? Local, NatEnd? Remote);

/// <summary>An end on the other side of the translation.</summary>
internal readonly record struct NatEnd(InetAddress Address, ushort Port);
