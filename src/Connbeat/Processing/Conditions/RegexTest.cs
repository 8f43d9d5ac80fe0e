using System.Text.RegularExpressions;
using Connbeat.Processing.Fields;

namespace Connbeat.Processing.Conditions;

/// <summary>Does the expression find something in the value?</summary>
internal sealed class RegexTest(Regex pattern) : ValueTest
{
    /// <inheritdoc/>
    public override bool Passes(ReadOnlySpan<char> text) => pattern.IsMatch(text);
}
