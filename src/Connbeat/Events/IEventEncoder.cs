using System.Buffers;

namespace Connbeat.Events;

/// <summary>Encodes events in one published schema. Whoever owns it uses it from one thread at a time.</summary>
internal interface IEventEncoder : IDisposable
{
    /// <summary>The community id of the event encoded last; empty where it has none. Valid until the next one.</summary>
    ReadOnlySpan<byte> LastCommunityId { get; }

    /// <summary>Appends the JSON object of an event, without a line feed, to <paramref name="destination"/>.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="mask">Which of its fields to leave out; null for none.</param>
    void Encode(ConnectionEvent happened, IBufferWriter<byte> destination, FieldMask? mask = null);
}
