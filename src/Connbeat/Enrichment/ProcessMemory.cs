using System.Diagnostics.CodeAnalysis;

namespace Connbeat.Enrichment;

/// <summary>
/// The processes that are remembered, by their numbers. One that ended leaves a while later, for its sockets end a moment
/// after it. Where there are too many, the one that ended first leaves at once, and where none has ended, the one that was
/// heard of first: /proc can still be asked for that.
/// </summary>
/// <param name="most">How many there may be.</param>
internal sealed class ProcessMemory(int most = ProcessMemory.Most)
{
    /// <summary>How many there may be where nothing else is said: what most hosts have at a time, and a kilobyte or two each.</summary>
    public const int Most = 16_384;

    /// <summary>How long a process is remembered after it ended, in nanoseconds.</summary>
    public const long AfterItsEnd = 10_000_000_000;

    private readonly Dictionary<int, LinkedListNode<HeardProcess>> _processes = [];
    private readonly LinkedList<HeardProcess> _living = []; // in the order in which they were heard of
    private readonly LinkedList<HeardProcess> _ended = [];  // in the order in which they ended

    /// <summary>How many there are.</summary>
    public int Count => _processes.Count;

    /// <summary>The numbers of those that are to be looked up.</summary>
    public HashSet<int> Wanted { get; } = [];

    /// <summary>All of them.</summary>
    public IEnumerable<HeardProcess> All => _living.Concat(_ended);

    /// <summary>The process that has a number, or had it last.</summary>
    public bool TryGet(int pid, [NotNullWhen(true)] out HeardProcess? process)
    {
        process = _processes.TryGetValue(pid, out LinkedListNode<HeardProcess>? node) ? node.Value : null;
        return process is not null;
    }

    /// <summary>Remembers a process, in place of the one that had its number.</summary>
    public HeardProcess Add(HeardProcess process)
    {
        Forget(process.Pid);
        if (_processes.Count == most)
        {
            Forget((_ended.First ?? _living.First)!.Value.Pid);
        }

        _processes.Add(process.Pid, _living.AddLast(process));
        return process;
    }

    /// <summary>A process ended; those that did long before are forgotten.</summary>
    public void End(int pid, long at)
    {
        if (_processes.TryGetValue(pid, out LinkedListNode<HeardProcess>? node) && node.List == _living)
        {
            node.Value.EndedAt = at;
            _living.Remove(node);
            _ended.AddLast(node);
        }

        while (_ended.First is { Value: { } first } && first.EndedAt + AfterItsEnd < at)
        {
            Forget(first.Pid);
        }
    }

    /// <summary>Forgets the process that has a number.</summary>
    public void Forget(int pid)
    {
        if (_processes.Remove(pid, out LinkedListNode<HeardProcess>? node))
        {
            node.List!.Remove(node);
            Wanted.Remove(pid);
        }
    }
}
