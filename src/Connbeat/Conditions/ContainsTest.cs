
namespace Connbeat.Conditions;

/// <summary>Is this text in the value? Case matters.</summary>
internal sealed class ContainsTest(string part) : ValueTest
{
    /// <inheritdoc/>
    public override bool Passes(ReadOnlySpan<char> text) => text.Contains(part, StringComparison.Ordinal);
}
