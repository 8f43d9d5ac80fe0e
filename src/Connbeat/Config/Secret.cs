namespace Connbeat.Config;

/// <summary>A text that is not to be shown, so that nothing shows it by accident.</summary>
/// <param name="Value">What it is, for whoever needs it.</param>
internal sealed record Secret(string Value)
{
    /// <summary>How it appears wherever it is printed.</summary>
    public const string Shown = "****";

    /// <inheritdoc/>
    public override string ToString() => Shown;
}
