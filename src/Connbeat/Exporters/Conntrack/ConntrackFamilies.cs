using Connbeat.Exporters.Exposition;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;

namespace Connbeat.Exporters.Conntrack;

/// <summary>
/// The metrics of conntrack_exporter: gauges of the connections to each remote host. A host is there as long as it has a
/// connection, and a family as long as it has a host.
/// </summary>
internal static class ConntrackFamilies
{
    /// <summary>Writes them as conntrack_exporter does.</summary>
    public static void WriteOriginal(MetricsPage page, IReadOnlyList<KeyValuePair<RemoteHost, HostCounts>> hosts)
    {
        WriteOriginal(page, hosts, "conntrack_opening_connections", "Connections to the remote host that are being opened.", static counts => counts.Opening);
        WriteOriginal(page, hosts, "conntrack_open_connections", "Open connections to the remote host.", static counts => counts.Open);
        WriteOriginal(page, hosts, "conntrack_closing_connections", "Connections to the remote host that are being closed.", static counts => counts.Closing);
        WriteOriginal(page, hosts, "conntrack_closed_connections", "Connections to the remote host that have closed a moment ago.", static counts => counts.Closed);
    }

    /// <summary>Writes them as one family, which is there also where it has no host.</summary>
    public static void Write(MetricsPage page, IReadOnlyList<KeyValuePair<RemoteHost, HostCounts>> hosts)
    {
        page.Family("connbeat_conntrack_connections", MetricType.Gauge, "Connections to each remote host, by how far they have come.");
        Span<byte> label = stackalloc byte[InetAddressText.Longest + 8];
        foreach ((RemoteHost host, HostCounts counts) in hosts)
        {
            ReadOnlySpan<byte> name = label[..Format(host, label)];
            Write(page, host, name, "opening"u8, counts.Opening);
            Write(page, host, name, "open"u8, counts.Open);
            Write(page, host, name, "closing"u8, counts.Closing);
            Write(page, host, name, "closed"u8, counts.Closed);
        }
    }

    /// <summary>Writes what was carried.</summary>
    public static void Write(MetricsPage page, IReadOnlyList<KeyValuePair<RemoteHost, HostTraffic>> hosts, in HostTraffic total)
    {
        Write(page, hosts, "connbeat_conntrack_bytes_total", "Bytes to and from each remote host, headers and all.", static counters => counters.Bytes);
        Write(page, hosts, "connbeat_conntrack_packets_total", "Packets to and from each remote host.", static counters => counters.Packets);
        page.Family("connbeat_conntrack_all_bytes_total", MetricType.Counter, "Bytes to and from all remote hosts, told apart or not.");
        page.Sample().Label("way", "received").Value((long)total.Received.Bytes);
        page.Sample().Label("way", "sent").Value((long)total.Sent.Bytes);
        page.Family("connbeat_conntrack_all_packets_total", MetricType.Counter, "Packets to and from all remote hosts, told apart or not.");
        page.Sample().Label("way", "received").Value((long)total.Received.Packets);
        page.Sample().Label("way", "sent").Value((long)total.Sent.Packets);
    }

    private static void Write(
        MetricsPage page,
        IReadOnlyList<KeyValuePair<RemoteHost, HostTraffic>> hosts,
        string name,
        string help,
        Func<ConntrackCounters, ulong> count)
    {
        page.Family(name, MetricType.Counter, help);
        Span<byte> label = stackalloc byte[InetAddressText.Longest + 8];
        foreach ((RemoteHost host, HostTraffic traffic) in hosts)
        {
            ReadOnlySpan<byte> written = label[..Format(host, label)];
            Sample(page, host).Label("host", written).Label("way", "received"u8).Value((long)count(traffic.Received));
            Sample(page, host).Label("host", written).Label("way", "sent"u8).Value((long)count(traffic.Sent));
        }
    }

    /// <summary>Writes the label <c>host</c>: <c>192.0.2.1:443</c>, <c>[2001:db8::1]:443</c>, without a port, or <c>other</c>.</summary>
    public static int Format(in RemoteHost host, Span<byte> to)
    {
        if (host.Kind is RemoteHostKind.Other)
        {
            "other"u8.CopyTo(to);
            return 5;
        }

        bool bracketed = host.Kind is RemoteHostKind.AddressPort && !host.Address.IsIPv4;
        int length = 0;
        if (bracketed)
        {
            to[length++] = (byte)'[';
        }

        length += host.Address.FormatUtf8(to[length..]);
        if (bracketed)
        {
            to[length++] = (byte)']';
        }

        if (host.Kind is RemoteHostKind.AddressPort)
        {
            to[length++] = (byte)':';
            System.Buffers.Text.Utf8Formatter.TryFormat(host.Port, to[length..], out int written);
            return length + written;
        }

        if (host.Kind is RemoteHostKind.Network)
        {
            ReadOnlySpan<byte> prefix = host.Address.IsIPv4 ? "/24"u8 : "/64"u8;
            prefix.CopyTo(to[length..]);
            length += prefix.Length;
        }

        return length;
    }

    private static void WriteOriginal(
        MetricsPage page,
        IReadOnlyList<KeyValuePair<RemoteHost, HostCounts>> hosts,
        string name,
        string help,
        Func<HostCounts, int> count)
    {
        Span<byte> label = stackalloc byte[InetAddressText.Longest + 8];
        bool any = false;
        foreach ((RemoteHost host, HostCounts counts) in hosts)
        {
            int value = count(counts);
            if (value == 0)
            {
                continue;
            }

            if (!any)
            {
                any = true;
                page.Family(name, MetricType.Gauge, help);
            }

            Sample(page, host).Label("host", label[..Format(host, label)]).Value(value);
        }
    }

    private static void Write(MetricsPage page, in RemoteHost host, ReadOnlySpan<byte> name, ReadOnlySpan<byte> stage, int count)
    {
        if (count > 0)
        {
            Sample(page, host).Label("host", name).Label("stage", stage).Value(count);
        }
    }

    private static MetricsPage Sample(MetricsPage page, in RemoteHost host)
    {
        MetricsPage sample = page.Sample();
        return host.Direction is FlowDirection.Unknown ? sample : sample.Label("direction", NameOf(host.Direction));
    }

    private static ReadOnlySpan<byte> NameOf(FlowDirection direction) => direction switch
    {
        FlowDirection.Inbound => "inbound"u8,
        FlowDirection.Outbound => "outbound"u8,
        _ => "forwarded"u8,
    };
}
