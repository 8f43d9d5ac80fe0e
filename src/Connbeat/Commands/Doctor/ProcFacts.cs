using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Commands.Doctor;

/// <summary>What /proc shows.</summary>
internal sealed record ProcFacts
{
    /// <summary>How many processes are looked at: more would take too long to look at, and tell nothing more.</summary>
    public const int Most = 4096;

    /// <summary>The value of <c>hidepid</c>; null where nothing is hidden.</summary>
    public string? Hides { get; init; }

    /// <summary>True where process 1 can be seen, which is another user's unless it is root that looks.</summary>
    public bool SeesFirst { get; init; } = true;

    /// <summary>False: the processes of the host are not shown; null: not known.</summary>
    public bool? IsInitialPidNamespace { get; init; }

    /// <summary>Processes that were looked at, but for threads of the kernel.</summary>
    public int Seen { get; init; }

    /// <summary>Those of them whose descriptors may be read.</summary>
    public int Readable { get; init; }

    /// <summary>False: there are more.</summary>
    public bool SawAll { get; init; } = true;

    /// <summary>False: no process is to be told.</summary>
    public bool ExposesProcesses { get; init; } = true;

    /// <summary>The user and its rights.</summary>
    public required ThreadRights Who { get; init; }

    /// <summary>False: rights end at a user namespace; null: not known.</summary>
    public bool? IsInitialUserNamespace { get; init; }

    /// <summary>The path of the executable.</summary>
    public required string Program { get; init; }

    /// <summary>What it is to be given where something is missing.</summary>
    public required Capability Wanted { get; init; }

    /// <summary>True where eBPF tells owners, whoever may read descriptors.</summary>
    public bool OwnersAreTold { get; init; }

    /// <summary>True where the kernel by itself would let it read all descriptors.</summary>
    public bool HasTheRights =>
        Who.Has(Capability.SysPtrace | Capability.DacReadSearch) && IsInitialUserNamespace is not false;

    /// <summary>Gathers them.</summary>
    /// <exception cref="KernelException">The processes cannot be listed.</exception>
    public static ProcFacts Read(ProcReader proc, Patient patient, bool ownersAreTold)
    {
        List<int> pids = [];
        new ProcessIds(proc).Read(pids);
        int seen = 0, readable = 0;
        foreach (int pid in pids.Take(Most))
        {
            if (HoldsMemory(proc, pid))
            {
                seen++;
                readable += MayReadDescriptors(proc, pid) ? 1 : 0;
            }
        }

        return new ProcFacts
        {
            Hides = ProcMount.Read(proc)?.Hides,
            SeesFirst = proc.TryRead(1, "stat"u8, limit: 64, out _) == Look.Seen,
            IsInitialPidNamespace = InitialNamespace.IsOfProcesses(proc),
            Seen = seen,
            Readable = readable,
            SawAll = pids.Count <= Most,
            ExposesProcesses = patient.Options.Enrichment.ExposeProcessInfo,
            Who = ThreadRights.Read(proc),
            IsInitialUserNamespace = InitialNamespace.IsOfUsers(proc),
            Program = patient.Program,
            Wanted = Grant.For(patient.Options.Capture),
            OwnersAreTold = ownersAreTold,
        };
    }

    /// <summary>False for threads of the kernel and what has ended: they have no command line, and no sockets.</summary>
    private static bool HoldsMemory(ProcReader proc, int pid) =>
        proc.TryRead(pid, "cmdline"u8, limit: 1, out ReadOnlySpan<byte> content) == Look.Seen && !content.IsEmpty;

    /// <summary>
    /// The folder is its owner's, and to read the links in it takes the same right as the link to the network namespace:
    /// proc_pid_fd(5), ptrace(2). That one is read, for there may be a million of the others. A process that ended
    /// meanwhile counts as read.
    /// </summary>
    private static bool MayReadDescriptors(ProcReader proc, int pid)
    {
        Look look = proc.TryOpenDirectory(pid, "fd"u8, out SafeFileHandle? folder);
        folder?.Dispose();
        return look != Look.Denied && proc.TryReadLink(pid, "ns/net"u8, out _) != Look.Denied;
    }
}
