using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>Sums up one output's losses between two times that somebody asks for them.</summary>
internal sealed class LossTally(string output)
{
    private readonly Sum[] _sums = new Sum[LossReasonNames.Count];

    public void Add(LossReason reason, DateTimeOffset timestamp) => Add(reason, 1, timestamp, timestamp);

    /// <summary>Adds events of which only the span of time is known.</summary>
    public void Add(LossReason reason, long count, DateTimeOffset from, DateTimeOffset to)
    {
        ref Sum sum = ref _sums[(int)reason];
        sum = sum.Count == 0
            ? new Sum(count, from, to)
            : new Sum(sum.Count + count, Earlier(sum.From, from), Later(sum.To, to));
    }

    /// <summary>Takes the sums, one per reason that has any.</summary>
    public IEnumerable<Loss> Take()
    {
        for (int reason = 0; reason < _sums.Length; reason++)
        {
            Sum sum = _sums[reason];
            if (sum.Count > 0)
            {
                _sums[reason] = default;
                yield return new Loss(output, (LossReason)reason, sum.Count, sum.From, sum.To);
            }
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private readonly record struct Sum(long Count, DateTimeOffset From, DateTimeOffset To);
}
