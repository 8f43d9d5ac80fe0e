using Connbeat.Conditions;
using Connbeat.Events;
using Connbeat.Processing.Fields;

namespace Connbeat.Processing.Conditions;

/// <summary>True where an event has a field whose value passes a test.</summary>
/// <param name="field">The field.</param>
/// <param name="hiders">A bit for each processor that takes the field away.</param>
/// <param name="test">The test.</param>
internal sealed class FieldCondition(EventField field, ulong hiders, ValueTest test) : Condition
{
    /// <inheritdoc/>
    public override bool Holds(ConnectionEvent happened, ulong hiding) =>
        (hiding & hiders) == 0 && field.Passes(happened, test);
}
