using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>Counts one output's losses, and sums them up between two times that somebody asks for them.</summary>
internal sealed class LossTally(OutputLedger ledger)
{
    private readonly Sum[] _sums = new Sum[LossReasonNames.Count];

    /// <summary>Counts an event.</summary>
    public void Count(LossReason reason, EncodedEvent lost) => Count(reason, 1, lost.Timestamp, lost.Timestamp);

    /// <summary>Counts events of which only the span of time is known.</summary>
    public void Count(LossReason reason, long count, DateTimeOffset from, DateTimeOffset to)
    {
        ledger.CountLost(reason, count);
        ref Sum sum = ref _sums[(int)reason];
        sum = sum.Count == 0
            ? new Sum(count, from, to)
            : new Sum(sum.Count + count, Earlier(sum.From, from), Later(sum.To, to));
    }

    /// <summary>Moves the sums to a list, one per reason that has any.</summary>
    public void TakeInto(ref List<Loss>? losses)
    {
        for (int reason = 0; reason < _sums.Length; reason++)
        {
            Sum sum = _sums[reason];
            if (sum.Count > 0)
            {
                _sums[reason] = default;
                (losses ??= []).Add(new Loss(ledger.Output, (LossReason)reason, sum.Count, sum.From, sum.To));
            }
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private readonly record struct Sum(long Count, DateTimeOffset From, DateTimeOffset To);
}
