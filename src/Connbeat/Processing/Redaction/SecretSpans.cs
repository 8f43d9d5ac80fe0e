using System.Text;

namespace Connbeat.Processing.Redaction;

/// <summary>Where the secrets of a text are, in any order and overlapping as they were found.</summary>
internal sealed class SecretSpans
{
    private readonly List<(int Start, int End)> _spans = [];

    /// <summary>True where nothing was found.</summary>
    public bool IsEmpty => _spans.Count == 0;

    /// <summary>Adds a secret; an empty one is none.</summary>
    /// <param name="start">Its first character.</param>
    /// <param name="end">The character after its last.</param>
    public void Add(int start, int end)
    {
        if (end > start)
        {
            _spans.Add((start, end));
        }
    }

    /// <summary>The text with a mark in place of each secret; what overlaps or touches becomes one.</summary>
    public string Replace(string text)
    {
        ExtendOverMarks(text);
        _spans.Sort();
        StringBuilder replaced = new(text.Length);
        int told = 0;
        for (int at = 0; at < _spans.Count; at++)
        {
            (int start, int end) = _spans[at];
            while (at + 1 < _spans.Count && _spans[at + 1].Start <= end)
            {
                end = Math.Max(end, _spans[++at].End);
            }

            replaced.Append(text, told, start - told).Append(Redactor.Mark);
            told = end;
        }

        return replaced.Append(text, told, text.Length - told).ToString();
    }

    /// <summary>A secret that was found in a part of a mark would put a mark into a mark.</summary>
    private void ExtendOverMarks(string text)
    {
        if (!text.Contains(Redactor.Mark, StringComparison.Ordinal))
        {
            return;
        }

        for (int at = 0; at < _spans.Count; at++)
        {
            (int start, int end) = _spans[at];
            int left = MarkAround(text, start);
            int right = MarkAround(text, end);
            _spans[at] = (left >= 0 ? left : start, right >= 0 ? right + Redactor.Mark.Length : end);
        }
    }

    /// <summary>Where the mark begins that goes on at both sides of a place; -1 without one.</summary>
    private static int MarkAround(string text, int place)
    {
        int start = Math.Max(place - Redactor.Mark.Length + 1, 0);
        int end = Math.Min(place + Redactor.Mark.Length - 1, text.Length);
        int found = text.AsSpan(start, end - start).IndexOf(Redactor.Mark);
        return found < 0 ? -1 : start + found;
    }
}
