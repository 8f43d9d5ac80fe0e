using System.Collections.Concurrent;

namespace Connbeat.Capture;

/// <summary>Keeps batches for use again, so that observing makes no garbage.</summary>
internal sealed class ObservationPool
{
    private readonly ConcurrentBag<ObservationBatch> _free = [];

    /// <summary>An empty batch.</summary>
    public ObservationBatch Rent(BatchKind kind, long begin) =>
        (_free.TryTake(out ObservationBatch? batch) ? batch : new ObservationBatch(this)).Reuse(kind, begin);

    /// <summary>Takes back a batch that nobody will touch any more.</summary>
    public void Return(ObservationBatch batch) => _free.Add(batch);
}
