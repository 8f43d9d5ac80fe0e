using Connbeat.Enrichment;
using Connbeat.Enrichment.Tunnels;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tracking;

namespace Connbeat;

/// <summary>What an event says of where its socket is, beside what is known of the socket itself.</summary>
/// <param name="OwnNamespace">The agent's own network namespace, by its inode number.</param>
/// <param name="Namespaces">The others.</param>
/// <param name="Containers">What the container engine says; null where it is not asked.</param>
/// <param name="Tunnels">What strongSwan says; null where it is not asked.</param>
/// <param name="Translations">What conntrack says of the ends of a connection; null where it is not asked.</param>
internal sealed record Surroundings(
    uint OwnNamespace,
    NamespaceDirectory Namespaces,
    ContainerDirectory? Containers = null,
    TunnelDirectory? Tunnels = null,
    Func<Transport, InetTuple, NatFacts?>? Translations = null)
{
    /// <summary>The tunnel that a connection is within; null for none. Tunnels are those of the agent's own namespace.</summary>
    public TunnelFacts? TunnelOf(Connection connection) =>
        connection.IsListener || connection.Key.Namespace != OwnNamespace ? null : Tunnels?.Of(connection.Transport, connection.Tuple);

    /// <summary>What becomes of a connection's ends; null for nothing. Conntrack is that of the agent's own namespace.</summary>
    public NatFacts? NatOf(Connection connection) =>
        connection.IsListener || connection.Key.Namespace != OwnNamespace ? null : Translations?.Invoke(connection.Transport, connection.Tuple);
}
