using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Enrichment.Tunnels;

/// <summary>
/// Which tunnel a connection belongs to, by the traffic selectors of what is up and of what is configured. That is what the
/// policies say, not what became of each packet. Never changes.
/// </summary>
internal sealed class TunnelMap
{
    /// <summary>No tunnels.</summary>
    public static readonly TunnelMap Empty = new([], []);

    private readonly Index _up;
    private readonly Index _down;
    private readonly List<Entry> _passed = [];

    /// <summary>Takes what the daemon tells.</summary>
    /// <param name="configs">What is configured.</param>
    /// <param name="ikes">What is there.</param>
    public TunnelMap(IReadOnlyList<IkeConfig> configs, IReadOnlyList<IkeSa> ikes)
    {
        HashSet<(string, string)> expected = [.. configs.SelectMany(config => config.Children.Select(child => (config.Name, child.Name)))];
        HashSet<(string, string)> isUp = [];
        List<Entry> up = [], down = [];
        foreach (IkeSa ike in ikes)
        {
            foreach (ChildSa child in ike.Children.Where(child => SaStates.IsChildUp(child.State)))
            {
                isUp.Add((ike.Name, child.Name));
                up.Add(new Entry(FactsOf(ike.Name, child) with { IsExpected = expected.Contains((ike.Name, child.Name)) }, child.LocalTs, child.RemoteTs));
            }
        }

        Dictionary<(string, string), string> states = [];
        foreach (IkeSa ike in ikes)
        {
            foreach (ChildSa child in ike.Children)
            {
                states.TryAdd((ike.Name, child.Name), child.State);
            }
        }

        foreach (IkeConfig config in configs)
        {
            foreach (ChildConfig child in config.Children)
            {
                if (child.Mode is "PASS")
                {
                    _passed.Add(new Entry(Down(config.Name, child.Name, null), child.LocalTs, child.RemoteTs));
                }
                else if (child.Mode is not "DROP" && !isUp.Contains((config.Name, child.Name)))
                {
                    string? state = states.GetValueOrDefault((config.Name, child.Name));
                    down.Add(new Entry(Down(config.Name, child.Name, state), child.LocalTs, child.RemoteTs));
                    IsDown.Add((config.Name, child.Name));
                }
            }
        }

        _up = new Index(up);
        _down = new Index(down);
    }

    /// <summary>What is configured and not up: connection and tunnel.</summary>
    public HashSet<(string Name, string Child)> IsDown { get; } = [];

    /// <summary>The tunnel of a connection, the one that means it most; null where it is within none.</summary>
    public TunnelFacts? Of(Transport transport, in InetTuple tuple) =>
        _up.Find(transport, tuple) ?? (_down.Find(transport, tuple) is { } down && !IsPassed(transport, tuple) ? down : null);

    /// <summary>A CHILD_SA as events of the tunnel itself tell it, and as those of connections do but for its selectors.</summary>
    public static TunnelFacts FactsOf(string ikeName, ChildSa child) => new()
    {
        Name = ikeName,
        Child = child.Name,
        State = child.State,
        ReqId = long.TryParse(child.ReqId, out long reqId) ? reqId : null,
        IsProtected = SaStates.IsChildUp(child.State),
    };

    private static TunnelFacts Down(string name, string child, string? state) =>
        new() { Name = name, Child = child, State = state, IsExpected = true, IsProtected = false };

    private bool IsPassed(Transport transport, InetTuple tuple) => _passed.Exists(entry => entry.Covers(transport, tuple));

    /// <summary>A tunnel with its selectors.</summary>
    private sealed class Entry(TunnelFacts facts, IReadOnlyList<string> localTs, IReadOnlyList<string> remoteTs)
    {
        private readonly TrafficSelector[] _local = Parse(localTs);

        public TunnelFacts Facts => facts;

        public TrafficSelector[] Remote { get; } = Parse(remoteTs);

        public bool Covers(Transport transport, in InetTuple tuple) =>
            Covers(_local, transport, tuple.Local, tuple.LocalPort) && Covers(Remote, transport, tuple.Remote, tuple.RemotePort);

        private static bool Covers(TrafficSelector[] selectors, Transport transport, InetAddress address, ushort port)
        {
            foreach (TrafficSelector selector in selectors)
            {
                if (selector.Covers(transport, address, port))
                {
                    return true;
                }
            }

            return false;
        }

        private static TrafficSelector[] Parse(IReadOnlyList<string> texts) =>
            [.. texts.Select(text => TrafficSelector.TryParse(text, out TrafficSelector read) ? read : (TrafficSelector?)null).OfType<TrafficSelector>()];
    }

    /// <summary>Finds entries: there may be thousands with one peer's address each, and few with networks.</summary>
    private sealed class Index
    {
        private readonly Dictionary<UInt128, List<Entry>> _byAddress = [];
        private readonly List<Entry> _others = [];

        public Index(IEnumerable<Entry> entries)
        {
            foreach (Entry entry in entries.OrderBy(entry => entry.Remote.Length == 0 ? UInt128.MaxValue : entry.Remote.Max(selector => selector.Size)))
            {
                if (entry.Remote is [{ Only: { } only }])
                {
                    if (!_byAddress.TryGetValue(only, out List<Entry>? same))
                    {
                        _byAddress[only] = same = [];
                    }

                    same.Add(entry);
                }
                else if (entry.Remote.Length > 0)
                {
                    _others.Add(entry);
                }
            }
        }

        public TunnelFacts? Find(Transport transport, in InetTuple tuple)
        {
            if (_byAddress.Count > 0 && _byAddress.TryGetValue(TrafficSelector.NumberOf(tuple.Remote), out List<Entry>? same))
            {
                foreach (Entry entry in same)
                {
                    if (entry.Covers(transport, tuple))
                    {
                        return entry.Facts;
                    }
                }
            }

            foreach (Entry entry in _others)
            {
                if (entry.Covers(transport, tuple))
                {
                    return entry.Facts;
                }
            }

            return null;
        }
    }
}
