using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Connbeat.Config;

/// <summary>What is taken out of command lines, environments and labels: <c>connbeat.redact</c>.</summary>
internal sealed record RedactOptions
{
    /// <summary>What the setting must be, for a fault to say.</summary>
    public const string Expected = "default, off, or a list of patterns";

    /// <summary>What a pattern must be.</summary>
    public const string ExpectedPattern =
        "a .NET regular expression without look-arounds, back-references, conditions and atomic groups";

    private static readonly Dictionary<string, bool> Choices = new() { ["default"] = true, ["off"] = false };

    /// <summary>False: nothing is taken out. Default true.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>
    /// .NET regular expressions of what is taken out beside the shapes that connbeat knows: what one matches, or its group
    /// <c>secret</c> where it has one. Default none.
    /// </summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary><c>default</c>, <c>off</c>, or a list of patterns, which are added to the default.</summary>
    public static RedactOptions Read(ConfigSection section, string key) => section.HasList(key)
        ? new() { Patterns = section.Patterns(key) }
        : new() { IsOn = section.ChoiceOr(key, @default: true, Choices, Expected) };

    /// <summary>True where the same is taken out.</summary>
    public bool IsSameAs(RedactOptions other) => IsOn == other.IsOn && Patterns.SequenceEqual(other.Patterns);

    /// <summary>Makes an expression that reads any text in proportion to its length.</summary>
    /// <exception cref="ArgumentException">It is no expression.</exception>
    /// <exception cref="NotSupportedException">It has what such expressions can't have, or is too large.</exception>
    public static Regex Compile(string pattern) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>True for a pattern that <see cref="Compile"/> takes.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out string pattern)
    {
        pattern = text;
        try
        {
            return text.Length > 0 && Compile(text).GetGroupNumbers().Length > 0;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
