using System.Threading.Channels;
using Connbeat.Events;

namespace Connbeat.Enrichment.Tunnels;

/// <summary>What the daemon says: something that happened to a tunnel, or how all of them are.</summary>
internal abstract record TunnelNews
{
    private TunnelNews()
    {
    }

    /// <summary>Something happened to one.</summary>
    /// <param name="Action">What.</param>
    /// <param name="Tunnel">To which.</param>
    public sealed record Happened(EventAction Action, TunnelFacts Tunnel) : TunnelNews;

    /// <summary>This is how all are.</summary>
    public sealed record State(TunnelMap Map) : TunnelNews;
}

/// <summary>What the loop knows of tunnels, and where more of it comes.</summary>
/// <param name="Directory">What is known.</param>
/// <param name="News">What the daemon says.</param>
internal sealed record TunnelFeed(TunnelDirectory Directory, ChannelReader<TunnelNews> News);
