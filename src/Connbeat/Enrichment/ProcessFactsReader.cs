using Connbeat.Events;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>Gathers what /proc tells of one process into facts. What cannot be read stays unknown.</summary>
internal sealed class ProcessFactsReader(
    ProcReader proc, UserNames users, ProcessExposure exposure, SharedContainers containers, TimeProvider time)
{
    /// <summary>
    /// The facts of a process whose stat was just read. An exec while the rest is read may mix two programs: the stat
    /// of the next look differs then, and the facts are made again.
    /// </summary>
    /// <param name="pid">Whose.</param>
    /// <param name="stat">Its stat.</param>
    /// <param name="before">The facts of the same process before it changed.</param>
    public ProcessFacts Read(int pid, ProcessStat stat, ProcessFacts? before)
    {
        uint? uid = ProcessStatus.Read(proc, pid)?.Uid;
        IReadOnlyList<Cgroup> groups = Cgroup.Read(proc, pid);
        IReadOnlyList<string> arguments = [];
        string line = exposure.CommandLine
            ? CommandLine.Read(proc, pid, out arguments, exposure.Secrets.Now.FromArguments)
            : "";
        return new ProcessFacts
        {
            Pid = pid,
            StartTicks = stat.StartTicks,
            Name = stat.Comm,
            Start = before?.Start ?? ProcessStart.Of(stat.StartTicks, time),
            ParentPid = stat.ParentPid,
            Executable = Executable.Read(proc, pid),
            CommandLine = line,
            Arguments = arguments,
            Environment = exposure.Environment ? EnvironmentOf(pid) : null,
            Uid = uid,
            User = uid is { } known ? users.Of(known) : null,
            Unit = SystemdUnit.Of(groups),
            Container = containers.Of(ContainerCgroup.Of(groups)),
        };
    }

    /// <summary>The same facts, with the name of the user where that was learned since.</summary>
    public ProcessFacts Named(ProcessFacts before) =>
        before is { User: null, Uid: { } uid } && users.LastOf(uid) is { } name ? before with { User = name } : before;

    private string[]? EnvironmentOf(int pid) =>
        Environ.Read(proc, pid, exposure.Variables) is { } variables
            ? [.. variables.Select(exposure.Secrets.Now.FromVariable)]
            : null;
}
