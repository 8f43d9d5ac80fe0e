using System.Buffers;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// The container that a control group is of, told by the names that container runtimes and the kubelet give to control
/// groups, under version 1 and 2, with and without systemd. Of containers within containers the innermost counts.
/// </summary>
/// <param name="Id">
/// 64 hexadecimal digits, or the name where the runtime goes by names; null for a pod of which no container is known.
/// </param>
/// <param name="Runtime">Such as <c>docker</c>; null where the names do not tell.</param>
/// <param name="PodUid">The uid of the Kubernetes pod, with hyphens; a static pod's is 32 digits without.</param>
internal readonly record struct ContainerCgroup(string? Id, string? Runtime, string? PodUid)
{
    private const int IdLength = 64;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>
    /// The container of a process. Under version 1 a process stands in a group of each hierarchy, and not every one has
    /// groups of containers: the first line that names a container counts, else the first that names a pod. Version 2's
    /// line comes first, then systemd's, then the controllers' in the kernel's order.
    /// </summary>
    public static ContainerCgroup? Of(IReadOnlyList<Cgroup> groups)
    {
        const int Ranks = 3;

        ContainerCgroup? pod = null;
        for (int rank = 0; rank < Ranks; rank++)
        {
            foreach (Cgroup group in groups)
            {
                ContainerCgroup? found = RankOf(group) == rank ? Of(group.Path) : null;
                if (found is { Id: not null })
                {
                    return found;
                }

                pod ??= found;
            }
        }

        return pod;
    }

    /// <summary>The container that a path within a hierarchy is of; null where it is of none.</summary>
    public static ContainerCgroup? Of(ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> below = default;
        bool isBeside = false;
        for (path = Cgroup.WithoutMark(path); !path.IsEmpty; path = Above(path))
        {
            ReadOnlySpan<char> name = Name(path);
            if (IsMonitor(name, Name(Above(path))) || MachineName.IsSupervisor(name, below))
            {
                isBeside = true; // the process is near a container of its pod, but in none of them
            }
            else if (TryContainer(path, out string? id, out string? runtime))
            {
                return new ContainerCgroup(id, runtime, NearestPod(path));
            }
            else if (!isBeside && TryPod(name, out string? pod))
            {
                return new ContainerCgroup(null, null, pod);
            }

            below = name;
        }

        return null;
    }

    private static int RankOf(Cgroup group) => group switch
    {
        { Hierarchy: 0, Controllers: "" } => 0,
        { Controllers: "name=systemd" } => 1,
        _ => 2,
    };

    /// <summary>Some runtimes keep a process on the host for each container, in a group of its own.</summary>
    private static bool IsMonitor(ReadOnlySpan<char> name, ReadOnlySpan<char> parent) =>
        name.StartsWith("crio-conmon-") || name.StartsWith("libpod-conmon-") ||
        name.StartsWith("lxc.monitor") || parent is "lxc.monitor";

    private static bool TryContainer(ReadOnlySpan<char> path, out string? id, out string? runtime)
    {
        ReadOnlySpan<char> name = Name(path);
        ReadOnlySpan<char> above = Above(path);
        return MachineName.TryParse(name, Name(above), out id, out runtime) ||
            TryNamedRuntime(name, out id, out runtime) ||
            TryBareId(name, above, out id, out runtime) ||
            TryFargate(name, above, out id);
    }

    /// <summary>
    /// <c>docker-ID.scope</c>, without systemd <c>crio-ID</c>; and <c>SLICE:cri-containerd:ID</c> where the kubelet was told
    /// to use systemd and the runtime was not.
    /// </summary>
    private static bool TryNamedRuntime(ReadOnlySpan<char> name, out string? id, out string? runtime)
    {
        name = name.EndsWith(".scope") ? name[..^".scope".Length] : name;
        (id, runtime) = (null, null);
        if (name.Length <= IdLength || !IsId(name[^IdLength..]))
        {
            return false;
        }

        ReadOnlySpan<char> prefix = name[..^IdLength];
        runtime = prefix[(prefix[..^1].LastIndexOf(':') + 1)..] switch
        {
            "docker-" or "docker:" => "docker",
            "cri-containerd-" or "cri-containerd:" or "nerdctl-" or "nerdctl:" => "containerd",
            "crio-" or "crio:" => "cri-o",
            "libpod-" or "libpod:" or "libpod-payload-" => "podman",
            _ => null,
        };
        id = runtime is null ? null : name[^IdLength..].ToString();
        return id is not null;
    }

    private static bool TryBareId(ReadOnlySpan<char> name, ReadOnlySpan<char> above, out string? id, out string? runtime)
    {
        (id, runtime) = (null, null);
        if (!IsId(name))
        {
            return false;
        }

        id = name.ToString();
        runtime = Name(above) switch
        {
            "docker" => "docker",
            "default" or "k8s.io" => "containerd", // its namespaces for ctr and nerdctl, and for the kubelet
            _ when IsEcs(above) => "docker",
            _ => null,
        };
        return true;
    }

    /// <summary><c>/ecs/TASK/TASK-NUMBER</c>, where the containers of a task have no ids.</summary>
    private static bool TryFargate(ReadOnlySpan<char> name, ReadOnlySpan<char> above, out string? id)
    {
        const int TaskLength = 32, LongestNumber = 20;

        bool isOne = name.Length is > TaskLength + 1 and <= TaskLength + 1 + LongestNumber &&
            name[TaskLength] == '-' && IsHex(name[..TaskLength]) && Name(above).SequenceEqual(name[..TaskLength]) &&
            !name[(TaskLength + 1)..].ContainsAnyExcept(Digits) && IsEcs(above);
        id = isOne ? name.ToString() : null;
        return isOne;
    }

    /// <summary>True for <c>/ecs/TASK</c>, and for <c>/ecs/CLUSTER/TASK</c>.</summary>
    private static bool IsEcs(ReadOnlySpan<char> task) =>
        Name(Above(task)) is "ecs" || Name(Above(Above(task))) is "ecs";

    private static string? NearestPod(ReadOnlySpan<char> path)
    {
        for (; !path.IsEmpty; path = Above(path))
        {
            if (TryPod(Name(path), out string? pod))
            {
                return pod;
            }
        }

        return null;
    }

    /// <summary><c>podUID</c>; with systemd <c>kubepods-burstable-podUID.slice</c>, its hyphens made underscores.</summary>
    private static bool TryPod(ReadOnlySpan<char> name, out string? uid)
    {
        int colon = name.IndexOf(':');
        name = colon < 0 ? name : name[..colon];
        if (name.EndsWith(".slice"))
        {
            name = name[..^".slice".Length];
            name = name.Contains("kubepods-", StringComparison.Ordinal) ? name[(name.LastIndexOf('-') + 1)..] : default;
        }

        uid = name.StartsWith("pod") && IsUid(name[3..]) ? name[3..].ToString().Replace('_', '-') : null;
        return uid is not null;
    }

    private static bool IsUid(ReadOnlySpan<char> text)
    {
        const int Plain = 32, Grouped = 36;

        return text.Length switch
        {
            Plain => IsHex(text),
            Grouped => IsHex(text[..8]) && IsHex(text[9..13]) && IsHex(text[14..18]) && IsHex(text[19..23]) &&
                IsHex(text[24..]) && text[8] is '-' or '_' && text[13] == text[8] && text[18] == text[8] && text[23] == text[8],
            _ => false,
        };
    }

    private static bool IsId(ReadOnlySpan<char> text) => text.Length == IdLength && IsHex(text);

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> path) => path[(path.LastIndexOf('/') + 1)..];

    private static ReadOnlySpan<char> Above(ReadOnlySpan<char> path) => path[..Math.Max(path.LastIndexOf('/'), 0)];
}
