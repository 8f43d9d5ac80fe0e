using Connbeat.Linux.Bpf;

namespace Connbeat.Tracking;

/// <summary>
/// How much went by between a UDP socket and another end. The kernel forgets what is idle and counts anew when it is no more:
/// of a connected socket, which is not over by that, what was counted before is kept here.
/// </summary>
internal sealed class FlowTraffic
{
    private (long Sent, long SentBytes, long Received, long ReceivedBytes) _before;
    private FlowRecord _now;

    /// <summary>Datagrams sent.</summary>
    public long Sent => _before.Sent + _now.Sent;

    /// <summary>Payload bytes sent.</summary>
    public long SentBytes => _before.SentBytes + _now.SentBytes;

    /// <summary>Datagrams that came in.</summary>
    public long Received => _before.Received + _now.Received;

    /// <summary>Payload bytes of these.</summary>
    public long ReceivedBytes => _before.ReceivedBytes + _now.ReceivedBytes;

    /// <summary>When the latest came by, in boot-clock nanoseconds.</summary>
    public long Last => _now.Last;

    /// <summary>True where the kernel has begun to count anew since it was last looked at.</summary>
    public bool IsBefore(in FlowRecord record) => record.First > _now.Last;

    /// <summary>Takes over what the kernel has counted.</summary>
    public void Count(in FlowRecord record)
    {
        if (IsBefore(record))
        {
            _before = (Sent, SentBytes, Received, ReceivedBytes);
        }

        _now = record;
    }
}
