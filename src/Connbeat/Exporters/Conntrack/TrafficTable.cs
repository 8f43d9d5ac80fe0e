namespace Connbeat.Exporters.Conntrack;

/// <summary>
/// What was carried to and from each remote host, where <c>nf_conntrack_acct</c> is on: the kernel tells it when a flow ends, and
/// in a dump. A host is kept for a while after its last flow, so that who reads every minute misses nothing of it.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class TrafficTable(TimeProvider time)
{
    private const int MostHosts = 100_000;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly Dictionary<FlowKey, HostTraffic> _flows = [];
    private readonly Dictionary<RemoteHost, (HostTraffic Traffic, long At)> _hosts = [];

    /// <summary>All that was carried, of hosts too that are not kept any more.</summary>
    public HostTraffic Total { get; private set; }

    /// <summary>True where the kernel counts.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>Takes in what a flow has carried.</summary>
    /// <param name="key">The flow.</param>
    /// <param name="host">Where it leads; null where it is not counted.</param>
    /// <param name="traffic">What it has carried by now; null where that is not told.</param>
    /// <param name="ends">True where that is all.</param>
    public void Add(in FlowKey key, in RemoteHost? host, in HostTraffic? traffic, bool ends)
    {
        if (traffic is { } now && host is { } to)
        {
            IsCounted = true;
            HostTraffic since = _flows.TryGetValue(key, out HostTraffic before) ? now - before : now;
            Total += since;
            if (_hosts.Count < MostHosts || _hosts.ContainsKey(to))
            {
                _hosts[to] = (_hosts.GetValueOrDefault(to).Traffic + since, time.GetTimestamp());
            }

            _flows[key] = now;
        }

        if (ends)
        {
            _flows.Remove(key);
        }
    }

    /// <summary>A flow has ended, and nobody told what it had carried in the end.</summary>
    public void Forget(in FlowKey key) => _flows.Remove(key);

    /// <summary>Copies what is known of each host, and forgets those that have been quiet for long.</summary>
    /// <param name="isThere">True for a host that has flows.</param>
    public List<KeyValuePair<RemoteHost, HostTraffic>> Read(Predicate<RemoteHost> isThere)
    {
        List<KeyValuePair<RemoteHost, HostTraffic>> hosts = [];
        foreach ((RemoteHost host, (HostTraffic traffic, long at)) in _hosts)
        {
            if (isThere(host) || time.GetElapsedTime(at) < Kept)
            {
                hosts.Add(KeyValuePair.Create(host, traffic));
            }
            else
            {
                _hosts.Remove(host);
            }
        }

        return hosts;
    }
}
