using System.Threading.Channels;

namespace Connbeat.Capture;

/// <summary>
/// What an engine's threads have observed and the loop has not read yet: bounded, so that a loop that falls behind makes
/// the kernel's own buffer fill, which is counted. A thread that finds no room waits.
/// </summary>
internal sealed class ObservationQueue(CancellationToken stop)
{
    /// <summary>Two seconds of 15,000 connections a second, both ends on this host.</summary>
    private const int BatchesInFlight = 2 * 30_000 / ObservationBatch.Capacity;

    private readonly ObservationPool _pool = new();

    private readonly Channel<ObservationBatch> _batches = Channel.CreateBounded<ObservationBatch>(
        new BoundedChannelOptions(BatchesInFlight) { SingleReader = true });

    /// <summary>What the loop reads.</summary>
    public ChannelReader<ObservationBatch> Reader => _batches.Reader;

    /// <summary>An empty batch.</summary>
    public ObservationBatch Rent(BatchKind kind, long begin) => _pool.Rent(kind, begin);

    /// <summary>Passes a batch on; one that says nothing is given back instead.</summary>
    /// <exception cref="OperationCanceledException">The engine was stopped while there was no room.</exception>
    public void Send(ObservationBatch batch)
    {
        if (batch is { Kind: BatchKind.Snapshot or BatchKind.Changes, Count: 0, Processes.Count: 0, Flows.Count: 0, IsLast: false })
        {
            batch.Release();
            return;
        }

        if (!_batches.Writer.TryWrite(batch))
        {
            _batches.Writer.WriteAsync(batch, stop).AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Nothing more will come, because of <paramref name="failure"/> where there is one.</summary>
    public void Complete(Exception? failure = null) => _batches.Writer.TryComplete(failure);
}
