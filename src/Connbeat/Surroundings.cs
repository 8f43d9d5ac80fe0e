using Connbeat.Enrichment;

namespace Connbeat;

/// <summary>What an event says of where its socket is, beside what is known of the socket itself.</summary>
/// <param name="OwnNamespace">The agent's own network namespace, by its inode number.</param>
/// <param name="Namespaces">The others.</param>
/// <param name="Containers">What the container engine says; null where it is not asked.</param>
internal sealed record Surroundings(
    uint OwnNamespace, NamespaceDirectory Namespaces, ContainerDirectory? Containers = null);
