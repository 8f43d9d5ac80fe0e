using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Tunnels;

/// <summary>What is known of tunnels now. Lives on the agent's loop.</summary>
internal sealed class TunnelDirectory
{
    private TunnelMap _map = TunnelMap.Empty;

    /// <summary>Takes another state of all tunnels.</summary>
    /// <returns>The tunnels that are configured and down, and were not known to be: connection and tunnel.</returns>
    public IReadOnlySet<(string Name, string Child)> Apply(TunnelMap map)
    {
        HashSet<(string, string)> newlyDown = [.. map.IsDown];
        newlyDown.ExceptWith(_map.IsDown);
        _map = map;
        return newlyDown;
    }

    /// <summary>The tunnel of a connection; null where it is within none.</summary>
    public TunnelFacts? Of(Transport transport, in InetTuple tuple) => _map.Of(transport, tuple);
}
