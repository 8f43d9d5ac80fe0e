using Connbeat.Telemetry;

namespace Connbeat.Delivery;

/// <summary>
/// Tells once that an output loses events to a full log, and once, when it has read all there is, how many they were. Counts
/// are guarded by the log's gate; nothing is told under it, for no reader waits for a log line.
/// </summary>
internal sealed class QueueOverflow(Lock gate, OutputLedger ledger, DeliveryHappenings happened)
{
    private long _lost;
    private bool _told;

    /// <summary>Events were lost; under the gate.</summary>
    public void Add(long events) => _lost += events;

    /// <summary>Logs that losing has begun, if it has. Called without the gate.</summary>
    public void TellBegin()
    {
        lock (gate)
        {
            if (_lost == 0 || _told)
            {
                return;
            }

            _told = true;
        }

        happened.QueueOverflowed(ledger);
    }

    /// <summary>Logs that losing has ended, if it was told that it began. Called without the gate.</summary>
    /// <param name="isCaughtUp">Whether the reader has read all there is; asked under the gate.</param>
    public void TellEnd(Func<bool> isCaughtUp)
    {
        long lost;
        lock (gate)
        {
            if (!_told || !isCaughtUp())
            {
                return;
            }

            lost = _lost;
            _lost = 0;
            _told = false;
        }

        happened.QueueCaughtUp(ledger, lost);
    }
}
