using Connbeat.StrongSwan.Vici;

namespace Connbeat.Exporters.Vici;

/// <summary>
/// What went through each tunnel, over all its rekeyings: each CHILD_SA counts from zero, and the sum does not fall when
/// one takes the place of another. For any thread.
/// </summary>
internal sealed class TunnelTotals(TimeProvider time)
{
    /// <summary>
    /// An SA that is missing may come back: while its IKE_SA is rekeyed, it is at neither for a moment. So it is remembered
    /// by itself for a while, or what it counted would count twice.
    /// </summary>
    private static readonly TimeSpan RememberedApart = TimeSpan.FromMinutes(1);

    /// <summary>A tunnel without SAs is forgotten, lest those that come and go fill the memory.</summary>
    private static readonly TimeSpan RememberedIdle = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TunnelKey, Tunnel> _tunnels = [];
    private readonly Dictionary<string, long> _ikeRekeys = [];

    /// <summary>A CHILD_SA was seen, in whatever state.</summary>
    public void Saw(string ikeName, ChildSa child)
    {
        lock (_gate)
        {
            Take(ikeName, child);
        }
    }

    /// <summary>All that there are were seen.</summary>
    public void Saw(IReadOnlyList<IkeSa> ikes)
    {
        lock (_gate)
        {
            foreach (IkeSa ike in ikes)
            {
                _ikeRekeys.TryAdd(ike.Name, 0);
                foreach (ChildSa child in ike.Children)
                {
                    Take(ike.Name, child);
                }
            }

            Forget();
        }
    }

    /// <summary>A CHILD_SA has taken the place of another.</summary>
    public void Rekeyed(string ikeName, ChildSa old, ChildSa renewed)
    {
        lock (_gate)
        {
            Take(ikeName, old);
            Take(ikeName, renewed).Rekeys++;
        }
    }

    /// <summary>An IKE_SA has taken the place of another.</summary>
    public void Rekeyed(string ikeName)
    {
        lock (_gate)
        {
            _ikeRekeys[ikeName] = _ikeRekeys.GetValueOrDefault(ikeName) + 1;
        }
    }

    /// <summary>The totals of now.</summary>
    public IReadOnlyList<TunnelTotal> Read()
    {
        lock (_gate)
        {
            return [.. _tunnels.Select(one => new TunnelTotal(one.Key, one.Value.Sum(), one.Value.Rekeys))];
        }
    }

    /// <summary>How often the IKE_SAs of each connection were rekeyed.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> ReadIkeRekeys()
    {
        lock (_gate)
        {
            return [.. _ikeRekeys];
        }
    }

    private Tunnel Take(string ikeName, ChildSa child)
    {
        TunnelKey key = new(ikeName, child.Name, string.Join(';', child.RemoteTs));
        if (!_tunnels.TryGetValue(key, out Tunnel? tunnel))
        {
            _tunnels[key] = tunnel = new Tunnel();
        }

        long now = time.GetTimestamp();
        (string, string) id = (child.UniqueId, child.SpiIn); // numbers begin anew with the daemon, SPIs are random
        SaTraffic before = tunnel.Sas.TryGetValue(id, out Sighting known) ? known.Traffic : default;
        tunnel.Sas[id] = new Sighting(SaTraffic.Later(before, child.Traffic), now);
        tunnel.SeenAt = now;
        return tunnel;
    }

    private void Forget()
    {
        foreach ((TunnelKey key, Tunnel tunnel) in _tunnels)
        {
            foreach (((string, string) id, Sighting seen) in tunnel.Sas)
            {
                if (time.GetElapsedTime(seen.At) > RememberedApart)
                {
                    tunnel.Past += seen.Traffic;
                    tunnel.Sas.Remove(id);
                }
            }

            if (tunnel.Sas.Count == 0 && time.GetElapsedTime(tunnel.SeenAt) > RememberedIdle)
            {
                _tunnels.Remove(key);
            }
        }
    }

    private readonly record struct Sighting(SaTraffic Traffic, long At);

    private sealed class Tunnel
    {
        public SaTraffic Past { get; set; }

        public Dictionary<(string UniqueId, string SpiIn), Sighting> Sas { get; } = [];

        public long Rekeys { get; set; }

        public long SeenAt { get; set; }

        public SaTraffic Sum()
        {
            SaTraffic sum = Past;
            foreach (Sighting seen in Sas.Values)
            {
                sum += seen.Traffic;
            }

            return sum;
        }
    }
}

/// <summary>What stays the same of a tunnel when it is rekeyed.</summary>
/// <param name="IkeName">The connection.</param>
/// <param name="ChildName">The tunnel.</param>
/// <param name="RemoteTs">What is behind the peer, with <c>;</c> between: one tunnel may be there for many peers.</param>
internal readonly record struct TunnelKey(string IkeName, string ChildName, string RemoteTs);

/// <summary>What went through a tunnel, and how often it was rekeyed since it is watched.</summary>
internal readonly record struct TunnelTotal(TunnelKey Key, SaTraffic Traffic, long Rekeys);
