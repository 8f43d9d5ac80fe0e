using System.Globalization;

namespace Connbeat.Benchmarks.Macro;

/// <summary>Several measurements of one thing: the median is the figure, the extremes say how far to trust it.</summary>
internal sealed class Samples(string unit)
{
    private readonly List<double> _sorted = [];

    /// <summary>The middle one; the upper of two.</summary>
    public double Median => _sorted[_sorted.Count / 2];

    /// <summary>What so large a part of them does not exceed; 0.99 for the 99th percentile.</summary>
    public double Part(double part) => _sorted[Math.Min(_sorted.Count - 1, (int)(_sorted.Count * part))];

    /// <summary>Adds a measurement.</summary>
    public void Add(double value)
    {
        int position = _sorted.BinarySearch(value);
        _sorted.Insert(position < 0 ? ~position : position, value);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Median:0.###} {unit} ({_sorted[0]:0.###} to {_sorted[^1]:0.###}, {_sorted.Count} rounds)");
}
