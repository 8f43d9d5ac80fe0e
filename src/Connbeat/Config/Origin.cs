namespace Connbeat.Config;

/// <summary>Where a setting was written: a line of a file, or <c>-E key</c> on the command line.</summary>
/// <param name="Source">The file as the user named it, or <c>-E key</c> without the value, a secret perhaps.</param>
/// <param name="Line">From 1; 0 where there are no lines.</param>
internal readonly record struct Origin(string Source, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"{Source}:{Line}" : Source;
}
