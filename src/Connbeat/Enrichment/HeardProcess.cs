using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;

namespace Connbeat.Enrichment;

/// <summary>A process that the kernel has told of, or /proc has shown, and what was made of it last.</summary>
/// <param name="pid">Its number.</param>
/// <param name="start">When it began, on the boot clock.</param>
internal sealed class HeardProcess(int pid, long start)
{
    private static readonly long NanosecondsPerTick = 1_000_000_000 / LibC.ClockTicksPerSecond();

    private readonly ulong _ticks = TicksOf(start);

    /// <summary>Its number; another process may have it later.</summary>
    public int Pid { get; } = pid;

    /// <summary>The number of its parent, when it was told.</summary>
    public int? ParentPid { get; set; }

    /// <summary>What it runs; null where that is not known.</summary>
    public KnownProgram? Program { get; set; }

    /// <summary>When the kernel told what it runs, on the boot clock; 0 where it did not.</summary>
    public long StartedAt { get; set; }

    /// <summary>True once /proc was looked at, whatever that showed.</summary>
    public bool IsLookedUp { get; set; }

    /// <summary>When it ended; null while it lives.</summary>
    public long? EndedAt { get; set; }

    /// <summary>What it was called, and whose it was, as last heard; without a number where nothing was.</summary>
    public SocketOwner Latest { get; private set; }

    /// <summary>Its name when <see cref="Facts"/> were made.</summary>
    public TaskName Name { get; set; }

    /// <summary>Its program when <see cref="Facts"/> were made.</summary>
    public KnownProgram? Told { get; set; }

    /// <summary>Its facts as last told; null where they are to be made.</summary>
    public ProcessFacts? Facts { get; set; }

    /// <summary>Takes in what is told of it, unless something younger was: a socket may tell what was before an exec.</summary>
    public void Hear(in SocketOwner told)
    {
        if (!Latest.IsKnown || told.At >= Latest.At)
        {
            Latest = told;
        }
    }

    /// <summary>A start on the boot clock in ticks.</summary>
    public static ulong TicksOf(long start) => (ulong)(start / NanosecondsPerTick);

    /// <summary>A start in ticks on the boot clock.</summary>
    public static long StartOf(ulong ticks) => (long)ticks * NanosecondsPerTick;

    /// <summary>True where it began before.</summary>
    public bool IsOlderThan(long start) => _ticks < TicksOf(start);

    /// <summary>/proc tells starts in ticks only, in which no number of a process is used twice.</summary>
    public bool IsOf(long start) => _ticks == TicksOf(start);
}
