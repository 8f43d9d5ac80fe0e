namespace Connbeat.Outputs.Console;

/// <summary>The keys of <c>output.console</c> that are its own.</summary>
internal sealed record ConsoleOptions
{
    /// <summary>Indents each event by two spaces a level instead of writing it on one line.</summary>
    public bool Pretty { get; init; }
}
