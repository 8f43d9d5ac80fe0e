using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;

namespace Connbeat.Enrichment;

/// <summary>
/// Processes as the kernel tells them when they begin: what each is, also when it is gone before its connections are told.
/// Those that were there before the agent are looked up in /proc. Belongs to the loop: no locks, no I/O.
/// </summary>
/// <param name="exposure">How much of a process may be told.</param>
/// <param name="cgroups">What control groups say, in case that nothing else is known.</param>
/// <param name="users">Names of users, as others have learned them.</param>
/// <param name="time">The clock.</param>
internal sealed class HeardProcesses(
    ProcessExposure exposure, CgroupDirectory cgroups, UserNames users, TimeProvider time)
{
    /// <summary>How long a process is remembered after it ended: its sockets end a moment later. In nanoseconds.</summary>
    public const long Memory = 10_000_000_000;

    private static readonly long NanosecondsPerTick = 1_000_000_000 / LibC.ClockTicksPerSecond();

    private readonly SharedContainers _containers = new();
    private readonly Dictionary<int, Heard> _processes = [];
    private readonly Queue<(int Pid, Heard Process, long At)> _gone = [];
    private readonly HashSet<int> _wanted = [];

    /// <summary>How many are remembered.</summary>
    public int Count => _processes.Count;

    /// <summary>How many are to be looked up.</summary>
    public int Wanted => _wanted.Count;

    /// <summary>Process ids to be looked up.</summary>
    public IReadOnlySet<int> Request() => _wanted.ToHashSet();

    /// <summary>True where a process is still to be looked up.</summary>
    public bool IsAwaited(ProcessFacts process) =>
        _wanted.Contains(process.Pid) && Find(process.Pid, process.StartTicks) is not null;

    /// <summary>Takes in what the kernel tells of a process.</summary>
    public void Apply(ProcessRecord record)
    {
        int pid = record.Process.Pid;
        if (pid == 0)
        {
            return; // it has no number here
        }

        switch (record.Kind)
        {
            case RecordKind.Exec:
                Put(record).Program = new KnownProgram(record.Program!, record.Process.CgroupId);
                _wanted.Remove(pid);
                break;
            case RecordKind.Fork:
                Put(record).Program = _processes.TryGetValue(record.CopiedPid, out Heard? model) ? model.Program : null;
                break;
            default:
                End(record);
                break;
        }
    }

    /// <summary>The facts of a process that the kernel tells of now.</summary>
    public ProcessFacts Of(in SocketOwner owner)
    {
        if (!_processes.TryGetValue(owner.Pid, out Heard? process) || process.IsOlderThan(owner.StartNanoseconds))
        {
            process = new Heard(owner.StartNanoseconds);
            _processes[owner.Pid] = process;
        }
        else if (!process.IsOf(owner.StartNanoseconds))
        {
            return Make(owner, new Heard(owner.StartNanoseconds)); // its number is another's by now
        }

        if (process.Program is null ? !process.IsLookedUp : exposure.Environment && !process.IsLookedUp)
        {
            _wanted.Add(owner.Pid);
        }

        if (process.Facts is { } facts && process.Name == owner.Name && facts.Uid == owner.Uid &&
            ReferenceEquals(process.Told, process.Program))
        {
            return facts;
        }

        process.Name = owner.Name;
        process.Told = process.Program;
        return process.Facts = Make(owner, process);
    }

    /// <summary>The same process as it is known now.</summary>
    public ProcessFacts Newest(ProcessFacts facts)
    {
        if (facts.Executable is not null || Find(facts.Pid, facts.StartTicks) is not { Program: { } program } process)
        {
            return facts;
        }

        bool isMade = ReferenceEquals(process.Told, program) && process.Facts is { } made &&
            made.Name == facts.Name && made.Uid == facts.Uid;
        if (!isMade)
        {
            process.Told = program;
            process.Name = TaskName.Of(facts.Name);
            process.Facts = Fill(facts, program.Make(exposure, _containers), process.ParentPid);
        }

        return process.Facts!; // many connections share it
    }

    /// <summary>Takes in what look-ups found.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="found">What is there, of those or of all.</param>
    public void Apply(IReadOnlySet<int> asked, IReadOnlyList<ProcessFacts> found)
    {
        foreach (ProcessFacts facts in found)
        {
            Heard process = Find(facts.Pid, facts.StartTicks) ?? Add(facts);
            process.IsLookedUp = true;
            process.ParentPid ??= facts.ParentPid;
            process.Program ??= new KnownProgram(facts);
            process.Program.Complete(facts);
            _wanted.Remove(facts.Pid);
        }

        foreach (int pid in asked)
        {
            _wanted.Remove(pid);
            if (_processes.TryGetValue(pid, out Heard? process))
            {
                process.IsLookedUp = true;
                if (process.Program is null)
                {
                    _processes.Remove(pid); // it was gone
                }
            }
        }
    }

    /// <summary>Withholds what is to be withheld by now of all that is known.</summary>
    public void Withhold(SecretRemoval secrets)
    {
        foreach (KnownProgram program in _processes.Values.Select(process => process.Program).OfType<KnownProgram>().Distinct())
        {
            program.Withhold(secrets);
        }

        foreach (Heard process in _processes.Values)
        {
            process.Facts = null;
        }
    }

    private ProcessFacts Make(in SocketOwner owner, Heard process)
    {
        bool isWhereItBegan = process.Program is { } started && (started.CgroupId ?? owner.CgroupId) == owner.CgroupId;
        CgroupFacts? group = isWhereItBegan ? null : cgroups.Find(owner.CgroupId);
        ulong ticks = (ulong)(owner.StartNanoseconds / NanosecondsPerTick);
        ProcessFacts facts = new()
        {
            Pid = owner.Pid,
            StartTicks = ticks,
            Name = owner.Name.ToString(),
            Start = ProcessStart.Of(ticks, time),
            Uid = owner.Uid,
            User = users.LastOf(owner.Uid),
            Unit = group?.Unit,
            Container = group?.Container,
        };
        if (process.Program is not { } program)
        {
            return facts;
        }

        ProcessFacts filled = Fill(facts, program.Make(exposure, _containers), process.ParentPid);
        return group is not null ? filled with { Unit = group.Unit, Container = group.Container } : filled;
    }

    private static ProcessFacts Fill(ProcessFacts facts, KnownProgram program, int? parent) => facts with
    {
        ParentPid = parent,
        Executable = program.Executable,
        CommandLine = program.CommandLine,
        Arguments = program.Arguments,
        Environment = program.Environment,
        Unit = program.Unit,
        Container = program.Container,
    };

    private Heard? Find(int pid, ulong ticks) =>
        _processes.TryGetValue(pid, out Heard? process) && process.IsOf((long)ticks * NanosecondsPerTick) ? process : null;

    private Heard Put(ProcessRecord record)
    {
        int pid = record.Process.Pid;
        if (!_processes.TryGetValue(pid, out Heard? process) || !process.IsOf(record.Process.StartNanoseconds))
        {
            process = new Heard(record.Process.StartNanoseconds);
            _processes[pid] = process;
            _wanted.Remove(pid);
        }

        process.ParentPid = record.ParentPid;
        return process;
    }

    private Heard Add(ProcessFacts facts)
    {
        Heard process = new((long)facts.StartTicks * NanosecondsPerTick);
        _processes[facts.Pid] = process;
        return process;
    }

    private void End(ProcessRecord record)
    {
        if (_processes.TryGetValue(record.Process.Pid, out Heard? process))
        {
            _gone.Enqueue((record.Process.Pid, process, record.At));
        }

        while (_gone.TryPeek(out (int Pid, Heard Process, long At) oldest) && oldest.At + Memory < record.At)
        {
            _gone.Dequeue();
            if (_processes.TryGetValue(oldest.Pid, out Heard? there) && ReferenceEquals(there, oldest.Process))
            {
                _processes.Remove(oldest.Pid);
                _wanted.Remove(oldest.Pid);
            }
        }
    }

    /// <summary>A process, and what was made of it last.</summary>
    private sealed class Heard(long start)
    {
        private readonly long _ticks = start / NanosecondsPerTick;

        public int? ParentPid { get; set; }

        public KnownProgram? Program { get; set; }

        public bool IsLookedUp { get; set; }

        public TaskName Name { get; set; }

        public KnownProgram? Told { get; set; }

        public ProcessFacts? Facts { get; set; }

        public bool IsOlderThan(long start) => _ticks < start / NanosecondsPerTick;

        /// <summary>/proc tells starts in ticks only, in which no number of a process is used twice.</summary>
        public bool IsOf(long start) => _ticks == start / NanosecondsPerTick;
    }
}
