using Connbeat.Events;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Enrichment;

/// <summary>
/// What control groups say, as far as the worker has told; kept when they are gone, and asked for once. Belongs to the
/// loop: no locks, no I/O. Times are boot-clock nanoseconds.
/// </summary>
internal sealed class CgroupDirectory
{
    /// <summary>How many groups are remembered, and how many may wait for an answer; the oldest is forgotten first.</summary>
    public const int Most = 4_096;

    /// <summary>How long one that was not there is not asked for again, in nanoseconds.</summary>
    public const long Pause = 60_000_000_000;

    private readonly Dictionary<ulong, Answer> _answers = [];
    private readonly Queue<ulong> _oldest = [];
    private readonly HashSet<ulong> _wanted = [];
    private long _now;

    /// <summary>How many wait for an answer.</summary>
    public int Wanted => _wanted.Count;

    /// <summary>
    /// What a group says; null where that is not known. Then it is asked for, unless it was not there a while ago.
    /// </summary>
    /// <param name="id">Its inode number; 0 for none.</param>
    public CgroupFacts? Find(ulong id)
    {
        if (id is 0 or CgroupTree.RootId)
        {
            return null;
        }

        bool isAnswered = _answers.TryGetValue(id, out Answer answer);
        if (!isAnswered || (answer.Facts is null && answer.At + Pause <= _now))
        {
            Want(id);
        }

        return answer.Facts;
    }

    /// <summary>True where it was asked for, and the answer has not come.</summary>
    public bool IsWanted(ulong id) => _wanted.Contains(id);

    /// <summary>What to ask the worker for.</summary>
    /// <param name="now">The boot clock.</param>
    public IReadOnlySet<ulong> Request(long now)
    {
        _now = now;
        return _wanted.ToHashSet();
    }

    /// <summary>Takes in what the worker found.</summary>
    public void Apply(IReadOnlyDictionary<ulong, CgroupFacts?> answers)
    {
        foreach ((ulong id, CgroupFacts? facts) in answers)
        {
            _wanted.Remove(id);
            if (!_answers.TryGetValue(id, out Answer before))
            {
                MakeRoom();
                _oldest.Enqueue(id);
            }

            // An answer to an older request may come after a better one.
            _answers[id] = new Answer(facts ?? before.Facts, _now);
        }
    }

    private void MakeRoom()
    {
        if (_oldest.Count == Most)
        {
            _answers.Remove(_oldest.Dequeue());
        }
    }

    private void Want(ulong id)
    {
        if (_wanted.Count < Most)
        {
            _wanted.Add(id);
        }
    }

    private readonly record struct Answer(CgroupFacts? Facts, long At);
}
