namespace Connbeat.Events;

/// <summary>
/// A process as it was when it was looked at. Never changes: an exec, or a new name by prctl(2), makes a new one.
/// Many events share one instance, so what is derived from it can be kept by reference.
/// </summary>
internal sealed record ProcessFacts
{
    /// <summary>Process id in the agent's pid namespace.</summary>
    public required int Pid { get; init; }

    /// <summary>Start in clock ticks since boot; tells apart two processes that had the same pid.</summary>
    public required ulong StartTicks { get; init; }

    /// <summary>The kernel's comm, at most 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>When it started, if that could be told.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Process id of the parent.</summary>
    public int? ParentPid { get; init; }

    /// <summary>Path of the executable; null without the right to look.</summary>
    public string? Executable { get; init; }

    /// <summary>Arguments joined by spaces; empty when not exposed or a kernel thread's.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>The arguments one by one; empty where they are not told apart, or not known any more.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The exposed environment as NAME=value; null when not exposed or not readable.</summary>
    public IReadOnlyList<string>? Environment { get; init; }

    /// <summary>Real user id.</summary>
    public uint? Uid { get; init; }

    /// <summary>Name of that user, where the host knows one.</summary>
    public string? User { get; init; }

    /// <summary>The systemd unit, such as <c>ssh.service</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>The container that it runs in.</summary>
    public ContainerFacts? Container { get; init; }

    /// <summary>The executable's base name, else the comm: what the original connbeat calls the binary.</summary>
    public string Binary => Executable is { Length: > 0 } path ? path[(path.LastIndexOf('/') + 1)..] : Name;
}
