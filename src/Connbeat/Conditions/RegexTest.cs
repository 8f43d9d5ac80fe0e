using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Connbeat.Conditions;

/// <summary>
/// Does the expression find something in the value? Many events share the texts of one process, and looking through one
/// is dear, so a table of fixed size keeps what came of the latest.
/// </summary>
internal sealed class RegexTest(Regex pattern) : ValueTest
{
    private const int Slots = 1024; // a power of two
    private const int LongestKept = 4096;

    private readonly (string? Text, bool Passes)[] _kept = new (string?, bool)[Slots];

    /// <inheritdoc/>
    public override bool Passes(ReadOnlySpan<char> text) => pattern.IsMatch(text);

    /// <inheritdoc/>
    public override bool Passes(string text)
    {
        int slot = RuntimeHelpers.GetHashCode(text) & (Slots - 2);
        ref (string? Text, bool Passes) latest = ref _kept[slot];
        ref (string? Text, bool Passes) other = ref _kept[slot + 1];
        if (ReferenceEquals(latest.Text, text))
        {
            return latest.Passes;
        }

        if (ReferenceEquals(other.Text, text))
        {
            return other.Passes;
        }

        bool passes = pattern.IsMatch(text);
        if (text.Length <= LongestKept)
        {
            other = latest;
            latest = (text, passes);
        }

        return passes;
    }
}
