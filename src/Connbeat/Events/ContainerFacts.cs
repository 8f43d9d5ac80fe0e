namespace Connbeat.Events;

/// <summary>A container, or a pod, as the control group of a process names it. Never changes.</summary>
internal sealed record ContainerFacts
{
    /// <summary>The whole id (64 hexadecimal digits, most often), or the name where the runtime goes by names; null for a
    /// pod of which no single container is known.</summary>
    public string? Id { get; init; }

    /// <summary><c>docker</c>, <c>containerd</c>, <c>cri-o</c>, <c>podman</c>, <c>lxc</c>, <c>systemd-nspawn</c>; null where the name does not tell.</summary>
    public string? Runtime { get; init; }

    /// <summary>The Kubernetes pod's uid, with hyphens, where there is a pod.</summary>
    public string? PodUid { get; init; }
}

/// <summary>What a control group says of what runs in it.</summary>
/// <param name="Unit">The systemd unit, such as <c>ssh.service</c>.</param>
/// <param name="Container">The container.</param>
internal sealed record CgroupFacts(string? Unit, ContainerFacts? Container);
