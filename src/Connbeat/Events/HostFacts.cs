namespace Connbeat.Events;

/// <summary>What every event of a run says alike: the host, the agent, the user's own fields.</summary>
internal sealed record HostFacts
{
    /// <summary>The operating system's host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The configured <c>name</c>, else the host name.</summary>
    public required string Name { get; init; }

    /// <summary>The agent's version.</summary>
    public required string Version { get; init; }

    /// <summary>This run of the agent.</summary>
    public required Guid Run { get; init; }

    /// <summary>The configured <c>tags</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The configured <c>fields</c>: strings, numbers, booleans, null, lists and maps of them.</summary>
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = new Dictionary<string, object?>();

    /// <summary>True where <see cref="Fields"/> stand beside the event's own fields, not under <c>fields</c>.</summary>
    public bool FieldsUnderRoot { get; init; }
}
