namespace Connbeat.Benchmarks.Macro;

/// <summary>Where events go that are measured: in a process of its own, so that its work is not taken for ours.</summary>
/// <param name="plan">The output that leads there.</param>
/// <param name="arrived">How many events have come there; null where it does not count.</param>
/// <param name="process">The process.</param>
internal sealed class FarEndProcess(OutputPlan plan, Func<long>? arrived, IDisposable process) : IDisposable
{
    /// <summary>The output that leads there.</summary>
    public OutputPlan Plan => plan;

    /// <summary>Sees that so many have come.</summary>
    /// <exception cref="InvalidOperationException">Others have.</exception>
    public void Check(long events)
    {
        if (arrived is not null && arrived() is var found && found != events)
        {
            throw new InvalidOperationException($"{events} events captured, {found} arrived");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();
}
