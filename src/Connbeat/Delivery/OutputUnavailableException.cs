namespace Connbeat.Delivery;

/// <summary>An output can't be opened at all on this host.</summary>
/// <param name="problem">Why.</param>
/// <param name="mend">The command that mends it, or in words what does.</param>
/// <param name="cause">What says so; null for nothing.</param>
internal sealed class OutputUnavailableException(string problem, string mend, Exception? cause = null)
    : Exception($"{problem}; {mend}", cause)
{
    /// <summary>Why.</summary>
    public string Problem { get; } = problem;

    /// <summary>The command that mends it, or in words what does.</summary>
    public string Mend { get; } = mend;
}
