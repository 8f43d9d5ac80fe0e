namespace Connbeat.Events;

/// <summary>An IPsec tunnel as an event tells it: that which the ends of a connection are within, or that something happened to.</summary>
internal sealed record TunnelFacts
{
    /// <summary>The connection in strongSwan's configuration.</summary>
    public required string Name { get; init; }

    /// <summary>The tunnel in it.</summary>
    public required string Child { get; init; }

    /// <summary>The state of its CHILD_SA, such as <c>INSTALLED</c>; null where it has none.</summary>
    public string? State { get; init; }

    /// <summary>What the kernel's policies and states are joined by; null where there is no CHILD_SA.</summary>
    public long? ReqId { get; init; }

    /// <summary>True where the configuration says that such connections go through a tunnel; null in events of the tunnel itself.</summary>
    public bool? IsExpected { get; init; }

    /// <summary>True where it is up, so that packets go through it.</summary>
    public required bool IsProtected { get; init; }

    /// <summary>What is behind this host; in events of the tunnel itself.</summary>
    public IReadOnlyList<string>? LocalTs { get; init; }

    /// <summary>What is behind the peer; in events of the tunnel itself.</summary>
    public IReadOnlyList<string>? RemoteTs { get; init; }
}
