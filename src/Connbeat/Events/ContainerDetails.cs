namespace Connbeat.Events;

/// <summary>What a container engine says of a container, beside its id; see ContainerInspect of the Docker Engine API.</summary>
internal sealed record ContainerDetails
{
    /// <summary>The name, as the engine gives it: Docker's begins with a slash.</summary>
    public required string Name { get; init; }

    /// <summary>The image that it was made of, as the list of containers names it.</summary>
    public required string Image { get; init; }

    /// <summary>Labels by their names, dots and all.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Its ports, without the protocol, and where the host publishes each; none for a port that is only exposed.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PublishedPort>> Ports { get; init; } =
        new Dictionary<string, IReadOnlyList<PublishedPort>>();

    /// <summary>Variables of its environment that the user wants told, as NAME=value.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The machine of the engine.</summary>
    public required ContainerHost Host { get; init; }
}

/// <summary>Where the host publishes a port of a container.</summary>
/// <param name="HostIp">The address that it is bound to.</param>
/// <param name="HostPort">The port there.</param>
internal sealed record PublishedPort(string HostIp, string HostPort);

/// <summary>The machine that a container engine runs on.</summary>
/// <param name="Hostname">Its name.</param>
/// <param name="Ips">Its addresses; null where none is known.</param>
internal sealed record ContainerHost(string Hostname, IReadOnlyList<string>? Ips);
