using System.Globalization;

namespace Connbeat.Delivery.Spool;

/// <summary>What the log knows of one file of events. Guarded by the log's gate, but for what never changes.</summary>
internal sealed class Segment(long first)
{
    private const string Suffix = ".events";
    private const int BytesPerMark = 64 * 1024;

    /// <summary>Where some of its records begin, so that a reader need not walk there from the beginning.</summary>
    private readonly List<(long Position, long At)> _marks = [];

    /// <summary>Position of its first event.</summary>
    public long First { get; } = first;

    /// <summary>The name of its file.</summary>
    public string Name { get; } = first.ToString("D20", CultureInfo.InvariantCulture) + Suffix;

    /// <summary>Position behind its last event.</summary>
    public long End { get; set; } = first;

    /// <summary>Bytes of it that hold whole records.</summary>
    public long Length { get; set; }

    /// <summary>The earliest <c>@timestamp</c> in it.</summary>
    public DateTimeOffset Earliest { get; set; } = DateTimeOffset.MaxValue;

    /// <summary>The latest.</summary>
    public DateTimeOffset Latest { get; set; } = DateTimeOffset.MinValue;

    /// <summary>The first position of the file of this name; null where it is not one of ours.</summary>
    public static long? FirstOf(string name) =>
        name.Length == 20 + Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) &&
        long.TryParse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            ? first
            : null;

    /// <summary>A record was found or written at its end.</summary>
    public void Add(long position, DateTimeOffset timestamp, long at, int bytes)
    {
        if (_marks.Count == 0 || at - _marks[^1].At >= BytesPerMark)
        {
            _marks.Add((position, at));
        }

        End = position + 1;
        Length = at + bytes;
        Earliest = timestamp < Earliest ? timestamp : Earliest;
        Latest = timestamp > Latest ? timestamp : Latest;
    }

    /// <summary>The nearest known beginning of a record at or before a position.</summary>
    public (long Position, long At) MarkBefore(long position)
    {
        (long, long) nearest = (First, 0);
        int low = 0, high = _marks.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_marks[middle].Position <= position)
            {
                nearest = _marks[middle];
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return nearest;
    }
}
