using Connbeat.Config;

namespace Connbeat.Conditions;

/// <summary>Is the number within the bounds?</summary>
internal sealed class RangeTest : ValueTest
{
    private readonly NumberRange _range;
    private readonly decimal _least;
    private readonly decimal _most;
    private readonly bool _hasWhole;
    private readonly long _leastWhole;
    private readonly long _mostWhole;

    public RangeTest(NumberRange range)
    {
        _range = range;
        _least = Math.Max(
            range.Gte is { } gte ? decimal.Ceiling(gte) : long.MinValue,
            range.Gt is { } gt ? Next(decimal.Floor(gt)) : long.MinValue);
        _most = Math.Min(
            range.Lte is { } lte ? decimal.Floor(lte) : long.MaxValue,
            range.Lt is { } lt ? Previous(decimal.Ceiling(lt)) : long.MaxValue);
        _hasWhole = _least <= long.MaxValue && _most >= long.MinValue;
        _leastWhole = _hasWhole ? (long)_least : 0;
        _mostWhole = _hasWhole ? (long)_most : 0;
    }

    /// <inheritdoc/>
    public override bool Passes(long number) => _hasWhole && number >= _leastWhole && number <= _mostWhole;

    /// <inheritdoc/>
    public override bool Passes(double number) =>
        !(number < (double?)_range.Gte) && !(number <= (double?)_range.Gt) &&
        !(number > (double?)_range.Lte) && !(number >= (double?)_range.Lt);

    private static decimal Next(decimal number) => number < decimal.MaxValue ? number + 1 : number;

    private static decimal Previous(decimal number) => number > decimal.MinValue ? number - 1 : number;
}
