using Connbeat.Events;
using Connbeat.Linux.Bpf;

namespace Connbeat.Enrichment;

/// <summary>
/// Processes as the kernel tells them when they begin: what each is, also when it is gone before its connections are told.
/// Those that were there before the agent are looked up in /proc. Belongs to the loop: no locks, no I/O.
/// </summary>
/// <param name="exposure">How much of a process may be told.</param>
/// <param name="cgroups">What control groups say, in case that nothing else is known.</param>
/// <param name="users">Names of users, as others have learned them.</param>
/// <param name="time">The boot clock.</param>
/// <param name="most">How many are remembered.</param>
internal sealed class HeardProcesses(
    ProcessExposure exposure, CgroupDirectory cgroups, UserNames users, TimeProvider time, int most = ProcessMemory.Most)
{
    /// <summary>How long it is at least from one look at all processes to the next, in nanoseconds: losses come in numbers.</summary>
    public const long BetweenLooks = 10_000_000_000;

    private readonly SharedContainers _containers = new();
    private readonly ProcessMemory _processes = new(most);
    private long? _lostAt;
    private long _lookedAt = -BetweenLooks;

    /// <summary>How many are remembered.</summary>
    public int Count => _processes.Count;

    /// <summary>How many are to be looked up.</summary>
    public int Wanted => _processes.Wanted.Count + (WantsAll ? 1 : 0);

    /// <summary>True where what the kernel told of processes was lost, so that all are to be looked up anew.</summary>
    public bool WantsAll => _lostAt is not null && time.GetTimestamp() - _lookedAt >= BetweenLooks;

    /// <summary>Process ids to be looked up.</summary>
    public IReadOnlySet<int> Request() => _processes.Wanted.ToHashSet();

    /// <summary>True where a process is still to be looked up.</summary>
    public bool IsAwaited(ProcessFacts process) =>
        _processes.Wanted.Contains(process.Pid) && Find(process.Pid, process.StartTicks) is not null;

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
                HeardProcess process = Put(record);
                process.Program = new KnownProgram(record.Program!, record.Process.CgroupId);
                process.StartedAt = record.At;
                process.IsLookedUp = false; // its environment is another now
                _processes.Wanted.Remove(pid);
                break;
            case RecordKind.Fork:
                Put(record).Program ??= ProgramOfModel(record); // /proc may have shown what it has become since
                break;
            default:
                _processes.End(pid, record.At);
                break;
        }
    }

    /// <summary>
    /// The facts of a process that the kernel tells of, all of one moment: where a younger record told another name or user,
    /// it is told by that, as by the program that it runs by now.
    /// </summary>
    public ProcessFacts Of(in SocketOwner owner)
    {
        if (!_processes.TryGet(owner.Pid, out HeardProcess? process) || process.IsOlderThan(owner.StartNanoseconds))
        {
            process = _processes.Add(new HeardProcess(owner.Pid, owner.StartNanoseconds));
        }
        else if (!process.IsOf(owner.StartNanoseconds))
        {
            return Make(owner, new HeardProcess(owner.Pid, owner.StartNanoseconds)); // its number is another's by now
        }

        if (process.Program is null ? !process.IsLookedUp : exposure.Environment && !process.IsLookedUp)
        {
            _processes.Wanted.Add(owner.Pid);
        }

        process.Hear(owner);
        SocketOwner latest = process.Latest;
        if (process.Facts is { } facts && process.Name == latest.Name && facts.Uid == latest.Uid &&
            facts.User == UserOf(facts) && ReferenceEquals(process.Told, process.Program))
        {
            return facts;
        }

        process.Name = latest.Name;
        process.Told = process.Program;
        return process.Facts = Make(latest, process);
    }

    /// <summary>The same process as it was last heard of: it may run another program by now.</summary>
    public ProcessFacts Now(ProcessFacts facts) =>
        Find(facts.Pid, facts.StartTicks) is { Latest: { IsKnown: true } latest } ? Of(latest) : Newest(facts);

    /// <summary>
    /// The process as it was then: what it ran, and its user's name, may have been learned since. What the kernel told of it
    /// later is of a program that was started later.
    /// </summary>
    public ProcessFacts Newest(ProcessFacts facts)
    {
        HeardProcess? process = Find(facts.Pid, facts.StartTicks);
        KnownProgram? learned = facts.Executable is null && process?.Program is { ShownAt: not null } shown ? shown : null;
        string? user = UserOf(facts);
        if (learned is null && facts.User == user)
        {
            return facts;
        }

        if (process?.Facts is { } made && made.Name == facts.Name && made.Uid == facts.Uid && made.User == user &&
            (learned is null ? RunsTheSame(made, facts) : ReferenceEquals(process.Told, learned)))
        {
            return made; // many connections share it
        }

        ProcessFacts newest = facts with { User = user };
        if (learned is not null)
        {
            newest = Fill(newest, learned.Make(exposure, _containers), process!.ParentPid);
            process.Told = learned;
            process.Name = TaskName.Of(facts.Name);
            process.Facts = newest;
        }
        else if (ReferenceEquals(process?.Facts, facts))
        {
            process.Facts = newest;
        }

        return newest;
    }

    /// <summary>What the kernel told of processes was lost, until then.</summary>
    public void Overran(long at) => _lostAt = Math.Max(at, _lostAt ?? 0);

    /// <summary>Takes in what look-ups found.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="found">What is there, of those or of all.</param>
    /// <param name="allSince">Of a look at all because of a loss: when it was asked for.</param>
    public void Apply(IReadOnlySet<int> asked, IReadOnlyList<ProcessFacts> found, long? allSince = null)
    {
        long now = time.GetTimestamp();
        if (allSince is { } since)
        {
            _lostAt = _lostAt <= since ? null : _lostAt;
            _lookedAt = now;
            EndOthers(found, since);
        }
        foreach (ProcessFacts facts in found)
        {
            long start = HeardProcess.StartOf(facts.StartTicks);
            if (!_processes.TryGet(facts.Pid, out HeardProcess? process) || process.IsOlderThan(start))
            {
                process = _processes.Add(new HeardProcess(facts.Pid, start));
            }
            else if (!process.IsOf(start))
            {
                continue; // its number is another's by now
            }

            process.IsLookedUp = true;
            process.ParentPid ??= facts.ParentPid;
            if (process.StartedAt < allSince)
            {
                Correct(process, facts, allSince.Value);
            }

            process.Program ??= new KnownProgram(facts, now);
            process.Program.Complete(facts);
            _processes.Wanted.Remove(facts.Pid);
        }

        foreach (int pid in asked)
        {
            _processes.Wanted.Remove(pid);
            if (_processes.TryGet(pid, out HeardProcess? process))
            {
                process.IsLookedUp = true;
                if (process.Program is null)
                {
                    _processes.Forget(pid); // it was gone
                }
            }
        }
    }

    /// <summary>Withholds what is to be withheld by now of all that is known.</summary>
    public void Withhold(SecretRemoval secrets)
    {
        foreach (KnownProgram program in _processes.All.Select(process => process.Program).OfType<KnownProgram>().Distinct())
        {
            program.Withhold(secrets);
        }

        foreach (HeardProcess process in _processes.All)
        {
            process.Facts = null;
        }
    }

    /// <summary>Those that are not there any more, though nobody was heard to end.</summary>
    private void EndOthers(IReadOnlyList<ProcessFacts> found, long since)
    {
        HashSet<int> there = [.. found.Select(facts => facts.Pid)];
        foreach (HeardProcess process in _processes.All.ToArray())
        {
            if (process.EndedAt is null && process.Latest.At < since && !there.Contains(process.Pid))
            {
                _processes.End(process.Pid, since);
            }
        }
    }

    /// <summary>/proc shows what a process is after a loss: an exec of it may have been among what was lost.</summary>
    private static void Correct(HeardProcess process, ProcessFacts shown, long since)
    {
        if (process.Program is { } known && known.Executable != shown.Executable)
        {
            process.Program = null;
        }

        SocketOwner latest = process.Latest.IsKnown
            ? process.Latest
            : new SocketOwner(shown.Pid, HeardProcess.StartOf(shown.StartTicks), 0, 0, default);
        process.Hear(latest with { Name = TaskName.Of(shown.Name), Uid = shown.Uid ?? latest.Uid, At = since });
    }

    private ProcessFacts Make(in SocketOwner owner, HeardProcess process)
    {
        bool isWhereItBegan = process.Program is { } started && (started.CgroupId ?? owner.CgroupId) == owner.CgroupId;
        CgroupFacts? group = isWhereItBegan ? null : cgroups.Find(owner.CgroupId);
        ulong ticks = HeardProcess.TicksOf(owner.StartNanoseconds);
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

    /// <summary>The name of its user, as far as it is known by now.</summary>
    private string? UserOf(ProcessFacts facts) => facts.User ?? (facts.Uid is { } uid ? users.LastOf(uid) : null);

    private static bool RunsTheSame(ProcessFacts one, ProcessFacts other) =>
        one.Executable == other.Executable && ReferenceEquals(one.Arguments, other.Arguments);

    private HeardProcess? Find(int pid, ulong ticks) =>
        _processes.TryGet(pid, out HeardProcess? process) && process.IsOf(HeardProcess.StartOf(ticks)) ? process : null;

    private HeardProcess Put(ProcessRecord record)
    {
        int pid = record.Process.Pid;
        long start = record.Process.StartNanoseconds;
        if (!_processes.TryGet(pid, out HeardProcess? process) || !process.IsOf(start))
        {
            process = _processes.Add(new HeardProcess(pid, start));
        }

        process.ParentPid = record.ParentPid;
        process.Hear(record.Process);
        return process;
    }

    /// <summary>
    /// What a copy runs; null where that is not known: what /proc showed of its model later may be another program.
    /// </summary>
    private KnownProgram? ProgramOfModel(ProcessRecord fork) =>
        _processes.TryGet(fork.CopiedPid, out HeardProcess? model) && model.Program is { } program &&
        (program.ShownAt is null || program.ShownAt <= fork.At)
            ? program
            : null;
}
