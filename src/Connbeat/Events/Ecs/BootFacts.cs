namespace Connbeat.Events.Ecs;

/// <summary>What the kernel tells of this boot of the machine and of where the agent sees processes; null where it does not.</summary>
internal sealed record BootFacts
{
    /// <summary>What is known where /proc cannot be read.</summary>
    public static readonly BootFacts Unknown = new();

    /// <summary>/proc/sys/kernel/random/boot_id.</summary>
    public Guid? Id { get; init; }

    /// <summary>When it was, in seconds since 1970: <c>btime</c> of /proc/stat.</summary>
    public long? Seconds { get; init; }

    /// <summary>Inode number of the agent's pid namespace: /proc/self/ns/pid.</summary>
    public uint? PidNamespace { get; init; }

    /// <summary>How many of <see cref="ProcessFacts.StartTicks"/> are a second.</summary>
    public long TicksPerSecond { get; init; } = 100;
}
