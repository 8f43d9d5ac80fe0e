using System.Globalization;

namespace Connbeat.Benchmarks.Macro;

/// <summary>One line of the report: what was measured, and what it should be.</summary>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Value">The measurement.</param>
/// <param name="Target">What it should be; null where it is told for comparison.</param>
internal sealed record Figure(string What, double Value, Target? Target = null);

/// <summary>A limit that a figure should keep to.</summary>
internal sealed record Target(double Limit, bool IsCeiling)
{
    /// <summary>The figure should not be more than this.</summary>
    public static Target AtMost(double limit) => new(limit, IsCeiling: true);

    /// <summary>The figure should not be less than this.</summary>
    public static Target AtLeast(double limit) => new(limit, IsCeiling: false);

    /// <summary>True where the figure keeps to it.</summary>
    public bool IsMetBy(double value) => IsCeiling ? value <= Limit : value >= Limit;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsCeiling ? "≤" : "≥")} {Limit:#,0.###}");
}
