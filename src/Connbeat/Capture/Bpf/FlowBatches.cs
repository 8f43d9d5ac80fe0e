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
    public void Finish()
    {
        _part.IsLast = true;
        queue.Send(_part);
    }
}
