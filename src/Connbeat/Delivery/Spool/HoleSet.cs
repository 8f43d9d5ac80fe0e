namespace Connbeat.Delivery.Spool;

/// <summary>Positions of the log that have no event any more, and are counted as lost already.</summary>
internal sealed class HoleSet
{
    /// <summary>In order, apart from each other; <c>To</c> is the first position behind.</summary>
    private readonly List<(long From, long To)> _holes = [];

    /// <summary>How many of the positions from one to before another are holes.</summary>
    public long Count(long from, long to)
    {
        long count = 0;
        foreach ((long begin, long end) in _holes)
        {
            count += Math.Max(0, Math.Min(end, to) - Math.Max(begin, from));
        }

        return count;
    }

    /// <summary>Makes holes of the positions from one to before another.</summary>
    public void Add(long from, long to)
    {
        if (from >= to)
        {
            return;
        }

        int at = _holes.FindIndex(hole => hole.To >= from);
        at = at < 0 ? _holes.Count : at;
        while (at < _holes.Count && _holes[at].From <= to)
        {
            from = Math.Min(from, _holes[at].From);
            to = Math.Max(to, _holes[at].To);
            _holes.RemoveAt(at);
        }

        _holes.Insert(at, (from, to));
    }

    /// <summary>Makes holes of what is one in another set.</summary>
    public void Add(HoleSet others)
    {
        foreach ((long from, long to) in others._holes)
        {
            Add(from, to);
        }
    }

    /// <summary>The next position that is not a hole; the position itself where it is none.</summary>
    public long Skip(long position)
    {
        foreach ((long begin, long end) in _holes)
        {
            if (begin <= position && position < end)
            {
                return end;
            }
        }

        return position;
    }

    /// <summary>Nobody will ask for what is before this position.</summary>
    public void ForgetBefore(long position) => _holes.RemoveAll(hole => hole.To <= position);
}
