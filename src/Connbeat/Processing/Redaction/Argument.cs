namespace Connbeat.Processing.Redaction;

/// <summary>An argument, or a word of one, by its place in the text.</summary>
internal readonly record struct Argument
{
    /// <summary>The first character of a word with the quotes and brackets before it.</summary>
    public required int Outset { get; init; }

    /// <summary>The first character.</summary>
    public required int Start { get; init; }

    /// <summary>The character after the last.</summary>
    public required int End { get; init; }

    /// <summary>Where a quoted value that begins in it must have ended.</summary>
    public required int Limit { get; init; }

    /// <summary>Where an item of a list with semicolons must have ended: they have spaces in them.</summary>
    public required int ListEnd { get; init; }

    /// <summary>True for a word: what is more than one word stands in quotes.</summary>
    public required bool IsWord { get; init; }

    /// <summary>The quote before the word; NUL without one.</summary>
    public char Quote { get; init; }
}

/// <summary>What the next argument is expected to be.</summary>
/// <param name="Kind">What of it is secret.</param>
/// <param name="IsSure">True where it is that for certain, also if it looks like a flag.</param>
/// <param name="IsOfHeader">True for the value of a header, which may be several words.</param>
/// <param name="IsQuoted">True where it is that only in quotes: <c>IDENTIFIED BY 'x'</c>.</param>
internal readonly record struct Expectation(
    SecretKind Kind, bool IsSure = false, bool IsOfHeader = false, bool IsQuoted = false);
