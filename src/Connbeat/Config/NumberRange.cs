namespace Connbeat.Config;

/// <summary>The numbers within some bounds, at least one; null for a bound that is not there.</summary>
/// <param name="Gte">This number or more.</param>
/// <param name="Gt">More than this number.</param>
/// <param name="Lte">This number or less.</param>
/// <param name="Lt">Less than this number.</param>
internal sealed record NumberRange(decimal? Gte = null, decimal? Gt = null, decimal? Lte = null, decimal? Lt = null)
{
    /// <summary>True where no number is within the bounds.</summary>
    public bool IsEmpty => Lte < Gte || Lte <= Gt || Lt <= Gte || Lt <= Gt;

    /// <summary>As connbeat.yml would have it.</summary>
    public IReadOnlyDictionary<string, object?> Written => new (string Name, decimal? Bound)[]
    {
        ("gte", Gte), ("gt", Gt), ("lte", Lte), ("lt", Lt),
    }.Where(bound => bound.Bound is not null).ToDictionary(bound => bound.Name, object? (bound) => bound.Bound);
}
