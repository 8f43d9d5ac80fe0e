using Connbeat.Linux.Conntrack;

namespace Connbeat.Exporters.Conntrack;

/// <summary>What was sent to one host and received from it, as conntrack counts it.</summary>
internal readonly record struct HostTraffic(ConntrackCounters Sent, ConntrackCounters Received)
{
    /// <summary>What a flow has carried; null where the kernel does not count.</summary>
    public static HostTraffic? Of(in ConntrackEntry entry, FlowDirection direction)
    {
        if (entry.OriginalCounters is not { } original || entry.ReplyCounters is not { } reply)
        {
            return null;
        }

        // The host is at the far end: of a flow that it began, what came in its own direction was received from it.
        return direction is FlowDirection.Inbound ? new(reply, original) : new(original, reply);
    }

    /// <summary>The sum of both.</summary>
    public static HostTraffic operator +(HostTraffic a, HostTraffic b) => new(
        new(a.Sent.Packets + b.Sent.Packets, a.Sent.Bytes + b.Sent.Bytes),
        new(a.Received.Packets + b.Received.Packets, a.Received.Bytes + b.Received.Bytes));

    /// <summary>What has come since; nothing where the kernel has begun to count anew.</summary>
    public static HostTraffic operator -(HostTraffic now, HostTraffic before) =>
        new(Since(now.Sent, before.Sent), Since(now.Received, before.Received));

    private static ConntrackCounters Since(ConntrackCounters now, ConntrackCounters before) =>
        now.Packets < before.Packets || now.Bytes < before.Bytes
            ? now
            : new(now.Packets - before.Packets, now.Bytes - before.Bytes);
}
