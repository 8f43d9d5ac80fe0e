using System.Diagnostics.CodeAnalysis;

namespace Connbeat.Config;

/// <summary>
/// A text that each event completes: <c>%{[field]}</c> stands for the value of a field, <c>%{[field]:text}</c> for that or,
/// where the event lacks it, for the text, and <c>%{+yyyy.MM.dd}</c> for the event's <c>@timestamp</c> in UTC.
/// </summary>
internal sealed class FormatString : IEquatable<FormatString>
{
    private const string Open = "%{";

    private FormatString(string text, IReadOnlyList<FormatPart> parts)
    {
        Text = text;
        Parts = parts;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>What it is made of, in order.</summary>
    public IReadOnlyList<FormatPart> Parts { get; }

    /// <summary>True where it is the same for every event.</summary>
    public bool IsLiteral => Parts.All(part => part is FormatPart.Literal);

    /// <summary>One that is known to be right.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static FormatString Parse(string text) =>
        TryParse(text, out FormatString? format, out string? problem) ? format : throw new FormatException(problem);

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="format">What it means; null where it means nothing.</param>
    /// <param name="problem">Why it means nothing, as in <c>has %{ without }</c>.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out FormatString? format, [NotNullWhen(false)] out string? problem)
    {
        List<FormatPart> parts = [];
        problem = null;
        for (int at = 0; problem is null && at < text.Length;)
        {
            int open = text.IndexOf(Open, at, StringComparison.Ordinal);
            if (open != at)
            {
                int end = open < 0 ? text.Length : open;
                parts.Add(new FormatPart.Literal(text[at..end]));
                at = end;
                continue;
            }

            int close = text.IndexOf('}', at);
            problem = close < 0 ? "has %{ without }" : Read(text[(at + Open.Length)..close], parts);
            at = close + 1;
        }

        format = problem is null ? new FormatString(text, parts) : null;
        return problem is null;
    }

    /// <inheritdoc/>
    public bool Equals(FormatString? other) => Text == other?.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FormatString);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <returns>What is wrong; null where nothing is.</returns>
    private static string? Read(string hole, List<FormatPart> parts)
    {
        if (hole is ['+', .. string date])
        {
            if (!DatePattern.TryParse(date, out DatePattern? pattern, out string? problem))
            {
                return $"has a date that {problem}";
            }

            parts.Add(new FormatPart.Time(pattern));
            return null;
        }

        int end = hole.IndexOf(']', StringComparison.Ordinal);
        if (hole is not ['[', ..] || end <= 1 || (end + 1 < hole.Length && hole[end + 1] != ':'))
        {
            return $"has %{{{hole}}}; expected %{{[field]}}, %{{[field]:text}} or %{{+yyyy.MM.dd}}";
        }

        parts.Add(new FormatPart.Field(hole[1..end], end + 1 < hole.Length ? hole[(end + 2)..] : null));
        return null;
    }
}

/// <summary>A part of a <see cref="FormatString"/>.</summary>
internal abstract record FormatPart
{
    private FormatPart()
    {
    }

    /// <summary>The same for every event.</summary>
    public sealed record Literal(string Text) : FormatPart;

    /// <summary>The value of a field.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Default">What stands there where an event lacks it; null for nothing: then there is no text at all.</param>
    public sealed record Field(string Name, string? Default) : FormatPart;

    /// <summary>The event's time.</summary>
    public sealed record Time(DatePattern Pattern) : FormatPart;
}
