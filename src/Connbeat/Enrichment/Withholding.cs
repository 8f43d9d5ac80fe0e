using Connbeat.Events;

namespace Connbeat.Enrichment;

/// <summary>Takes secrets out of processes that were told before; one that is shared stays one.</summary>
internal sealed class Withholding(SecretRemoval secrets)
{
    private readonly Dictionary<ProcessFacts, ProcessFacts> _done = new(ReferenceEqualityComparer.Instance);

    /// <summary>The process as it may be told.</summary>
    public ProcessFacts Of(ProcessFacts told)
    {
        if (!_done.TryGetValue(told, out ProcessFacts? left))
        {
            left = secrets.Of(told);
            _done.Add(told, left);
        }

        return left;
    }
}
