namespace Connbeat.Telemetry;

/// <summary>
/// What became of the events meant for one output: appended = delivered + waiting + lost, always. Written by delivery,
/// read by whoever likes, from any thread.
/// </summary>
internal sealed class OutputLedger(string output)
{
    private readonly long[] _lost = new long[LossReasonNames.Count];
    private long _appended;
    private long _delivered;
    private long _outages;
    private long _deadLetters;
    private long _deadLettersLost;

    /// <summary>The output's name.</summary>
    public string Output => output;

    /// <summary>Events that came while the output was there to take them.</summary>
    public long Appended => Interlocked.Read(ref _appended);

    /// <summary>Events that are safe at the far end.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Events that the far end will never get, for whatever reason.</summary>
    public long Lost
    {
        get
        {
            long sum = 0;
            for (int reason = 0; reason < _lost.Length; reason++)
            {
                sum += Interlocked.Read(ref _lost[reason]);
            }

            return sum;
        }
    }

    /// <summary>Events whose fate is open.</summary>
    public long Waiting
    {
        get
        {
            // What is settled was appended before it: read in this order, the difference is never negative.
            long settled = Delivered + Lost;
            return Appended - settled;
        }
    }

    /// <summary>False while the attempts to deliver fail.</summary>
    public bool IsWell { get; set; } = true;

    /// <summary>True where the attempts failed so often in succession that it is only probed.</summary>
    public bool IsDown { get; set; }

    /// <summary>How often the output turned from well to unwell.</summary>
    public long Outages => Interlocked.Read(ref _outages);

    /// <summary>Of the lost events, those that are kept in the file for dead letters.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Of the lost events, those that were meant for the file for dead letters and could not be kept.</summary>
    public long DeadLettersLost => Interlocked.Read(ref _deadLettersLost);

    /// <summary>Events lost for one reason.</summary>
    public long LostTo(LossReason reason) => Interlocked.Read(ref _lost[(int)reason]);

    public void CountAppended(long events = 1) => Interlocked.Add(ref _appended, events);

    public void CountDelivered(long events) => Interlocked.Add(ref _delivered, events);

    public void CountLost(LossReason reason, long events) => Interlocked.Add(ref _lost[(int)reason], events);

    public void CountDeadLetters(long events) => Interlocked.Add(ref _deadLetters, events);

    public void CountDeadLettersLost(long events) => Interlocked.Add(ref _deadLettersLost, events);

    public void CountOutage() => Interlocked.Increment(ref _outages);
}
