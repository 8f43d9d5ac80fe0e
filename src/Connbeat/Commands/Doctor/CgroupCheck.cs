using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Commands.Doctor;

/// <summary>Can units and containers be told by the control groups of sockets?</summary>
internal static class CgroupCheck
{
    /// <summary>The name of the finding.</summary>
    public const string Name = "control groups";

    /// <summary>Judges.</summary>
    public static Finding Judge(CgroupFacts facts)
    {
        if (facts.Version2 is not { } mountPoint)
        {
            return new Finding(Name, Status.Degraded, facts.HasVersion1 ? "version 1 only" : "none is mounted")
            {
                Costs = ["sockets without a known process are told without their unit and container"],
                Mend = ["sudo mkdir -p /run/cgroup2 && sudo mount -t cgroup2 none /run/cgroup2"],
            };
        }

        if (facts.IsInitialNamespace is false)
        {
            return new Finding(Name, Status.Degraded, $"version 2 at {mountPoint}, but only what is below its own group")
            {
                Costs = ["sockets of others without a known process are told without their unit and container"],
                Mend = ["docker run --cgroupns host …"],
            };
        }

        return facts.HasVersion1
            ? new Finding(Name, Status.Note, $"version 2 at {mountPoint}, beside version 1")
            {
                Costs = ["containers that are only in groups of version 1 are told where the process of a socket is known"],
            }
            : Finding.Ok(Name, $"version 2 at {mountPoint}");
    }
}

/// <summary>How control groups are mounted.</summary>
/// <param name="Version2">Where version 2 is; null where it is not.</param>
/// <param name="HasVersion1">True where any hierarchy of version 1 is.</param>
/// <param name="IsInitialNamespace">False: only those of a container are seen; null: not known.</param>
internal sealed record CgroupFacts(string? Version2, bool HasVersion1, bool? IsInitialNamespace)
{
    /// <summary>Gathers them.</summary>
    public static CgroupFacts Read(ProcReader proc)
    {
        IReadOnlyList<MountInfo> mounts = MountInfo.Read(proc);
        return new CgroupFacts(
            mounts.FirstOrDefault(mount => mount.FileSystem == "cgroup2").MountPoint,
            mounts.Any(mount => mount.FileSystem == "cgroup"),
            InitialNamespace.IsOfCgroups(proc));
    }
}
