namespace Connbeat.Capture.Bpf;

/// <summary>Passes on what one look at the flows of UDP found, in parts, the last of which says so.</summary>
/// <param name="queue">Where to.</param>
/// <param name="begin">When the look began.</param>
internal sealed class FlowBatches(ObservationQueue queue, long begin)
{
    private ObservationBatch _part = queue.Rent(BatchKind.Flows, begin);

    /// <summary>Adds a flow.</summary>
    public void Add(in FlowObservation flow)
    {
        if (_part.IsFull)
        {
            queue.Send(_part);
            _part = queue.Rent(BatchKind.Flows, begin);
        }

        _part.Add(flow);
    }

    /// <summary>Nothing more was found.</summary>
    /// <param name="lost">How many datagrams are in no flow, of those since the look before.</param>
    public void Finish(long lost)
    {
        _part.IsLast = true;
        _part.Lost = lost;
        queue.Send(_part);
    }
}
