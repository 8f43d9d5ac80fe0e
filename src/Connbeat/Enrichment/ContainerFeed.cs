using System.Threading.Channels;

namespace Connbeat.Enrichment;

/// <summary>What the loop knows of containers from their engine, and where more of it comes.</summary>
/// <param name="Directory">What is known.</param>
/// <param name="News">What the engine says.</param>
internal sealed record ContainerFeed(ContainerDirectory Directory, ChannelReader<ContainerNews> News);
