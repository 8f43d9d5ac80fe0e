namespace Connbeat.Delivery;

/// <summary>An event as delivery and outputs know it: bytes, an id, a key, a time.</summary>
/// <param name="Sequence">From 1 in each run, without holes.</param>
/// <param name="Id">The value of <c>event.id</c>; a store that keeps one event per id keeps one copy.</param>
/// <param name="Key">
/// Events with equal keys stay in order: the community id of a connection in ASCII; empty where there is none.
/// </param>
/// <param name="Timestamp">The value of <c>@timestamp</c>.</param>
/// <param name="Json">One JSON object in UTF-8, without a line feed.</param>
internal sealed record EncodedEvent(
    long Sequence, UInt128 Id, ReadOnlyMemory<byte> Key, DateTimeOffset Timestamp, ReadOnlyMemory<byte> Json);
