using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Exporters.Exposition;
using Connbeat.Linux;
using Connbeat.Telemetry;

namespace Connbeat.Exporters.Conntrack;

/// <summary>
/// The metrics of conntrack_exporter, of the network namespace of whoever opens it. Where reading has ended, it is begun
/// anew when somebody asks. Where conntrack tells nothing, sockets do, if that is asked for.
/// </summary>
internal sealed class ConntrackCollector : IMetricsCollector, IDisposable
{
    private readonly ConntrackTable _table;
    private readonly ConntrackLog? _log;
    private readonly ConntrackHappenings _happened;
    private readonly TimeProvider _time;
    private readonly SocketHosts? _sockets;
    private ConntrackFeed? _feed;

    /// <summary>Reads what there is; what changes meanwhile waits to be followed.</summary>
    /// <param name="options">What is counted, and under what.</param>
    /// <param name="log">Takes each change; null where nobody wants to read them.</param>
    /// <param name="happened">Takes what is worth telling.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="KernelException">The kernel refuses to tell.</exception>
    /// <exception cref="SocketException">The kernel has no conntrack, or this user may not listen.</exception>
    public ConntrackCollector(ConntrackOptions options, ConntrackLog? log, ConntrackHappenings happened, TimeProvider time)
    {
        _table = new ConntrackTable(options, time);
        _log = log;
        _happened = happened;
        _time = time;
        _sockets = options.FallsBackToSockets ? new SocketHosts(options, time) : null;
        try
        {
            _feed = new ConntrackFeed(_table, _log, _happened, _time);
        }
        catch (Exception failure) when (_sockets is not null && failure is KernelException or SocketException)
        {
            _happened.FellBack(failure.Message.TrimEnd('.'));
        }
    }

    /// <inheritdoc/>
    public string Name => "conntrack";

    private bool IsIdle => _feed is null || (_happened.Events == 0 && _table.Count == 0);

    /// <summary>Begins to follow changes.</summary>
    public void Start() => _feed?.Start();

    /// <inheritdoc/>
    public void Write(MetricsPage page)
    {
        List<KeyValuePair<RemoteHost, HostCounts>> hosts = Read();
        ConntrackFamilies.WriteOriginal(page, hosts);
        ConntrackFamilies.Write(page, hosts);
        if (_table.ReadTraffic() is { } traffic)
        {
            ConntrackFamilies.Write(page, traffic.Hosts, traffic.Total);
        }

        One(page, "connbeat_conntrack_flows", MetricType.Gauge, "Flows that conntrack knows, but for those that are ignored.", _table.Count);
        One(page, "connbeat_conntrack_active", MetricType.Gauge, "0 where nothing has been tracked yet: most likely no rule has the kernel do so.", IsIdle ? 0 : 1);
        One(page, "connbeat_conntrack_changes_total", MetricType.Counter, "Changes of flows that the kernel told.", _happened.Events);
        One(page, "connbeat_conntrack_overruns_total", MetricType.Counter, "How often the kernel told more than could be taken in; the table is read anew then.", _happened.Overruns);
        One(page, "connbeat_conntrack_lost_total", MetricType.Counter, "Changes that the kernel had no room for.", _happened.Lost);
    }

    /// <inheritdoc/>
    public void WriteOriginal(MetricsPage page) => ConntrackFamilies.WriteOriginal(page, Read());

    /// <inheritdoc/>
    public void Dispose()
    {
        _feed?.Dispose();
        _sockets?.Dispose();
    }

    private static void One(MetricsPage page, string name, MetricType type, string help, long value)
    {
        page.Family(name, type, help);
        page.Sample().Value(value);
    }

    private List<KeyValuePair<RemoteHost, HostCounts>> Read()
    {
        if (_feed is { HasEnded: true })
        {
            _feed.Dispose();
            _feed = new ConntrackFeed(_table, _log, _happened, _time);
            _feed.Start();
        }

        if (!IsIdle)
        {
            return _table.Read();
        }

        if (_feed is not null)
        {
            _happened.FoundIdle(); // the scrape itself is a connection, unless it comes by a unix socket
        }

        return (_sockets?.Read() ?? _table).Read();
    }
}
