using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Connbeat.Capture;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests.Capture;

/// <summary>An engine that observes what a test tells it to.</summary>
internal sealed class ScriptedCapture(TimeProvider time) : ICapture
{
    private readonly ObservationPool _pool = new();
    private readonly Channel<ObservationBatch> _batches = Channel.CreateUnbounded<ObservationBatch>();

    public string Name => "scripted";

    public bool TellsOwners { get; init; }

    public bool TellsFlows => false;

    public ChannelReader<ObservationBatch> Batches => new Flood(this);

    /// <summary>True: there is always one more batch, with nothing in it.</summary>
    public bool IsFlood { get; set; }

    public void Start()
    {
    }

    public void SnapshotNow()
    {
    }

    public void Dispose() => _batches.Writer.TryComplete();

    public void Fail(Exception failure) => _batches.Writer.TryComplete(failure);

    /// <summary>A snapshot in as many parts as it takes.</summary>
    public void Snapshot(params SocketEntry[] sockets) => Snapshot(isComplete: true, sockets);

    public void Snapshot(bool isComplete, params SocketEntry[] sockets)
    {
        ObservationBatch part = _pool.Rent(BatchKind.Snapshot, time.GetTimestamp());
        foreach (SocketEntry socket in sockets)
        {
            if (part.IsFull)
            {
                _batches.Writer.TryWrite(part);
                part = _pool.Rent(BatchKind.Snapshot, part.Begin);
            }

            part.Add(Entries.Namespace, part.Begin, socket);
        }

        part.IsLast = true;
        part.IsComplete = isComplete;
        part.Unseen = isComplete ? [] : [Entries.Namespace];
        _batches.Writer.TryWrite(part);
    }

    public void Destroy(params SocketEntry[] sockets)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Changes, time.GetTimestamp());
        foreach (SocketEntry socket in sockets)
        {
            batch.Add(Entries.Namespace, batch.Begin, socket);
        }

        _batches.Writer.TryWrite(batch);
    }

    /// <summary>What eBPF programs tell.</summary>
    public void Tell(params SocketObservation[] changes)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Changes, time.GetTimestamp());
        foreach (SocketObservation change in changes)
        {
            batch.Add(change);
        }

        _batches.Writer.TryWrite(batch);
    }

    public void Overrun(long lost, uint @namespace = 0)
    {
        ObservationBatch batch = _pool.Rent(BatchKind.Overrun, time.GetTimestamp());
        batch.Lost = lost;
        batch.Namespace = @namespace;
        _batches.Writer.TryWrite(batch);
    }

    private sealed class Flood(ScriptedCapture capture) : ChannelReader<ObservationBatch>
    {
        private readonly ChannelReader<ObservationBatch> _reader = capture._batches.Reader;

        public override Task Completion => _reader.Completion;

        public override bool CanCount => true;

        public override int Count => _reader.Count;

        public override bool TryRead([MaybeNullWhen(false)] out ObservationBatch item)
        {
            if (!_reader.TryRead(out item) && capture.IsFlood)
            {
                item = capture._pool.Rent(BatchKind.Changes, begin: 0);
            }

            return item is not null;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
            capture.IsFlood ? ValueTask.FromResult(true) : _reader.WaitToReadAsync(cancellationToken);
    }
}
