using System.Collections.Concurrent;

namespace Connbeat.Telemetry;

/// <summary>The ledgers of all outputs that this run has had. One that comes back goes on in its old ledger.</summary>
internal sealed class DeliveryLedger
{
    private readonly ConcurrentDictionary<string, OutputLedger> _outputs = new(StringComparer.Ordinal);

    /// <summary>Every ledger, in no order.</summary>
    public IEnumerable<OutputLedger> Outputs => _outputs.Values;

    /// <summary>The ledger of an output; a new one where there is none yet.</summary>
    public OutputLedger Of(string output) => _outputs.GetOrAdd(output, static name => new OutputLedger(name));
}
