using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;

namespace Connbeat.Exporters.Conntrack;

/// <summary>
/// The flows that conntrack knows, and how many of them each remote host has, kept current as flows change. One thread
/// changes it; any may read the counts.
/// </summary>
internal sealed class ConntrackTable(ConntrackOptions options, TimeProvider time)
{
    private const byte Tcp = 6, Udp = 17;

    private readonly Lock _gate = new();
    private readonly Dictionary<FlowKey, Flow> _flows = [];
    private readonly Dictionary<RemoteHost, HostCounts> _hosts = [];
    private readonly (InetNetwork Network, ushort? Port)[] _ignored =
        [.. options.Ignored.Select(host => (new InetNetwork(host.Network.BaseAddress, host.Network.PrefixLength), host.Port))];

    private readonly TrafficTable _traffic = new(time);
    private RemoteHosts _remote = new(options, new HashSet<InetAddress>());
    private uint _generation;
    private int _silent;

    /// <summary>How many flows there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _flows.Count;
            }
        }
    }

    /// <summary>
    /// True where some flows were never told as a change, only in a dump. They may never be: the kernel gives a flow what
    /// change messages need when it begins, and only if somebody listens then (nf_conntrack_events 2, the default, or 0).
    /// </summary>
    public bool HasSilentFlows
    {
        get
        {
            lock (_gate)
            {
                return _silent > 0;
            }
        }
    }

    /// <summary>True where flows carry what nobody tells before they end.</summary>
    public bool CountsTraffic
    {
        get
        {
            lock (_gate)
            {
                return _traffic.IsCounted && _flows.Count > 0;
            }
        }
    }

    /// <summary>True for a flow that is counted, or logged: of a protocol that is asked for, and not to be ignored.</summary>
    public bool Admits(in ConntrackEntry entry)
    {
        if (entry.Protocol != Tcp && !(options.Udp && entry.Protocol == Udp))
        {
            return false;
        }

        RemoteHost end = EndOf(entry);
        foreach ((InetNetwork network, ushort? port) in _ignored)
        {
            if (port is null or 0 ? network.Contains(end.Address) : port == end.Port && network.Contains(end.Address))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The far end of a flow.</summary>
    public RemoteHost EndOf(in ConntrackEntry entry) => _remote.EndOf(entry);

    /// <summary>Takes in what became of a flow.</summary>
    public void Apply(ConntrackChange change, in ConntrackEntry entry)
    {
        FlowKey key = KeyOf(entry);
        lock (_gate)
        {
            Carry(key, entry, ends: change is ConntrackChange.Destroy);
            if (change is ConntrackChange.Destroy)
            {
                Remove(key);
            }
            else
            {
                Put(key, entry, isChange: true);
            }
        }
    }

    /// <summary>Takes in a flow of a dump, which begins with <see cref="BeginDump"/>.</summary>
    public void Note(in ConntrackEntry entry)
    {
        FlowKey key = KeyOf(entry);
        lock (_gate)
        {
            Carry(key, entry, ends: false);
            Put(key, entry, isChange: false);
        }
    }

    /// <summary>All flows are about to be told anew.</summary>
    public void BeginDump()
    {
        lock (_gate)
        {
            _generation++;
        }
    }

    /// <summary>All were told; those that were not are gone. The counts were right all the time.</summary>
    public void EndDump()
    {
        lock (_gate)
        {
            foreach (FlowKey key in _flows.Where(flow => flow.Value.Generation != _generation).Select(flow => flow.Key).ToArray())
            {
                Remove(key);
            }
        }
    }

    /// <summary>This host has these addresses from now on: other ends are the far ones.</summary>
    public void HostHas(IReadOnlySet<InetAddress> own)
    {
        lock (_gate)
        {
            _remote = new RemoteHosts(options, own);
            _hosts.Clear();
            foreach ((FlowKey key, Flow flow) in _flows)
            {
                Tally(key, flow, 1);
            }
        }
    }

    /// <summary>The counts of every host that has any; beyond the most that there may be, the rest is one.</summary>
    public List<KeyValuePair<RemoteHost, HostCounts>> Read()
    {
        List<KeyValuePair<RemoteHost, HostCounts>> hosts;
        lock (_gate)
        {
            hosts = [.. _hosts];
        }

        if (options.MaxSeries is { } most && hosts.Count > most)
        {
            // Those with the most connections keep their names.
            hosts.Sort((a, b) => SizeOf(b.Value).CompareTo(SizeOf(a.Value)));
            HostCounts rest = default;
            for (int i = most; i < hosts.Count; i++)
            {
                rest += hosts[i].Value;
            }

            hosts.RemoveRange(most, hosts.Count - most);
            hosts.Add(KeyValuePair.Create(RemoteHost.Other, rest));
        }

        return hosts;
    }

    /// <summary>What was carried to and from each host that is told apart, and all of it; null where the kernel does not count.</summary>
    public (List<KeyValuePair<RemoteHost, HostTraffic>> Hosts, HostTraffic Total)? ReadTraffic()
    {
        lock (_gate)
        {
            if (!_traffic.IsCounted)
            {
                return null;
            }

            List<KeyValuePair<RemoteHost, HostTraffic>> hosts = _traffic.Read(_hosts.ContainsKey);
            if (options.MaxSeries is { } most && hosts.Count > most)
            {
                hosts.Sort((a, b) => BytesOf(b.Value).CompareTo(BytesOf(a.Value)));
                hosts.RemoveRange(most, hosts.Count - most); // the rest is in the total alone: its sum would not only go up
            }

            return (hosts, _traffic.Total);
        }
    }

    private static ulong BytesOf(HostTraffic traffic) => traffic.Sent.Bytes + traffic.Received.Bytes;

    private void Carry(in FlowKey key, in ConntrackEntry entry, bool ends)
    {
        if (entry.OriginalCounters is not null || _traffic.IsCounted)
        {
            _traffic.Add(key, _remote.Of(entry.Original, entry.Reply), HostTraffic.Of(entry, _remote.EndOf(entry).Direction), ends);
        }
    }

    private static int SizeOf(HostCounts counts) => counts.Opening + counts.Open + counts.Closing + counts.Closed;

    private static FlowKey KeyOf(in ConntrackEntry entry) =>
        new(entry.Protocol, entry.Zone ?? 0, entry.Original, entry.Reply);

    private void Put(in FlowKey key, in ConntrackEntry entry, bool isChange)
    {
        ConnectionStage stage = ConnectionStages.Of(entry);
        if (_flows.TryGetValue(key, out Flow known))
        {
            Tally(key, known, -1);
            bool isUntold = entry.Protocol == Tcp && entry.TcpState is null; // a change of something else
            _silent -= isChange && known.IsSilent ? 1 : 0;
            known = known with
            {
                Stage = isUntold ? known.Stage : stage,
                Generation = _generation,
                IsSilent = known.IsSilent && !isChange,
            };
        }
        else
        {
            known = new Flow(stage, _generation, !isChange);
            _silent += isChange ? 0 : 1;
        }

        _flows[key] = known;
        Tally(key, known, 1);
    }

    private void Remove(in FlowKey key)
    {
        if (_flows.Remove(key, out Flow known))
        {
            _silent -= known.IsSilent ? 1 : 0;
            _traffic.Forget(key);
            Tally(key, known, -1);
        }
    }

    /// <summary>Where a flow leads is asked for each time: to keep it would cost a quarter of the table.</summary>
    private void Tally(in FlowKey key, in Flow flow, int count)
    {
        if (flow.Stage is ConnectionStage.None || _remote.Of(key.Original, key.Reply) is not { } host)
        {
            return;
        }

        HostCounts counts = _hosts.GetValueOrDefault(host);
        counts.Add(flow.Stage, count);
        if (counts.AreZero)
        {
            _hosts.Remove(host);
        }
        else
        {
            _hosts[host] = counts;
        }
    }

    private readonly record struct Flow(ConnectionStage Stage, uint Generation, bool IsSilent);
}

/// <summary>What a flow is known by.</summary>
internal readonly record struct FlowKey(byte Protocol, ushort Zone, ConntrackTuple Original, ConntrackTuple Reply);
