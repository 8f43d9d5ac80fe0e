using Connbeat.Config;
using Connbeat.Exporters.Exposition;

namespace Connbeat.Exporters.SocketWatch;

/// <summary>What the counts of watched sockets are called.</summary>
internal static class SocketFamilies
{
    /// <summary>As cnxwatch_exporter calls them.</summary>
    public static void WriteOriginal(MetricsPage page, IReadOnlyCollection<WatchedCount> counts)
    {
        page.Family("connection_status_count", MetricType.Gauge, "How many sockets there are of this kind.");
        foreach ((WatchedSocket watched, int count) in counts)
        {
            WriteOriginal(page, watched, count);
        }

        page.Family("connection_status_up", MetricType.Gauge, "1 where there is a socket of this kind, else 0.");
        foreach ((WatchedSocket watched, int count) in counts)
        {
            WriteOriginal(page, watched, count > 0 ? 1 : 0);
        }
    }

    /// <summary>By a name that says what is counted, and does not end like that of a histogram's part.</summary>
    public static void Write(MetricsPage page, IReadOnlyCollection<WatchedCount> counts)
    {
        page.Family("connbeat_watched_sockets", MetricType.Gauge, "How many sockets there are of each kind that is watched.");
        foreach ((WatchedSocket watched, int count) in counts)
        {
            Place(page.Sample(), watched)
                .Label("destination_host", AnyOr(watched.DestinationHost))
                .Label("destination_port", AnyOr(watched.DestinationPort))
                .Label("name", watched.Name)
                .Label("process", AnyOr(watched.Process))
                .Label("protocol", watched.Protocol)
                .Label("source_host", AnyOr(watched.SourceHost))
                .Label("source_port", AnyOr(watched.SourcePort))
                .Label("status", StatusOf(watched))
                .Value(count);
        }
    }

    private static void WriteOriginal(MetricsPage page, WatchedSocket watched, int value) => Place(page.Sample(), watched)
        .Label("dsthost", AnyOr(watched.DestinationHost))
        .Label("dstport", AnyOr(watched.DestinationPort))
        .Label("name", watched.Name)
        .Label("process", watched.Process)
        .Label("protocol", watched.Protocol)
        .Label("srchost", AnyOr(watched.SourceHost))
        .Label("srcport", AnyOr(watched.SourcePort))
        .Label("status", StatusOf(watched))
        .Value(value);

    /// <summary>What the original does not know is told where it is asked for.</summary>
    private static MetricsPage Place(MetricsPage sample, WatchedSocket watched)
    {
        sample = watched.Container.Length > 0 ? sample.Label("container", watched.Container) : sample;
        return watched.Namespace.Length > 0 ? sample.Label("namespace", watched.Namespace) : sample;
    }

    /// <summary>How a host is told; no host is every host.</summary>
    public static string AnyOr(string written) => written is "" ? "*" : written;

    private static string AnyOr(PortRange? ports) => ports?.ToString() ?? "*";

    private static string StatusOf(WatchedSocket watched) => watched.State.Length > 0 ? watched.State : watched.Listens ? "listen" : "established";
}

/// <summary>How many sockets there are of one kind.</summary>
internal readonly record struct WatchedCount(WatchedSocket Watched, int Count);
