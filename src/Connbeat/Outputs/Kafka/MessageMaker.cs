using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Delivery.Routing;

namespace Connbeat.Outputs.Kafka;

/// <summary>
/// Makes messages of events: the event's bytes, a key, the event's time, and headers that say what it is without a look into
/// it. Each is good until the next is made, and costs no memory of its own. One thread uses it.
/// </summary>
internal sealed class MessageMaker
{
    private const int LongestSequence = 20;

    private readonly KafkaKeyKind _kind;
    private readonly EventText? _format;
    private readonly ExactBytes _values = new();
    private readonly ExactBytes _keys = new();
    private readonly byte[] _id = new byte[32];
    private readonly byte[][] _sequences = [.. Enumerable.Range(0, LongestSequence).Select(length => new byte[length])];
    private readonly Headers[] _headers;
    private readonly Message<byte[]?, byte[]> _message = new();
    private byte[] _utf8 = new byte[256];

    /// <summary>Makes ready.</summary>
    public MessageMaker(KafkaOutputOptions options)
    {
        bool isEcs = options.Pump.Schema is EventSchema.Ecs;
        _kind = options.Key.Kind;
        _format = _kind switch
        {
            KafkaKeyKind.Host => new EventText(FormatString.Parse(isEcs ? "%{[host.name]}" : "%{[beat.name]}")),
            KafkaKeyKind.Format => new EventText(options.Key.Format!),
            _ => null,
        };
        Header type = new("content-type", "application/json"u8.ToArray());
        Header schema = new("schema", isEcs ? "ecs"u8.ToArray() : "connbeat"u8.ToArray());
        Header id = new("event.id", _id);
        _headers = [.. _sequences.Select(sequence => new Headers { type, schema, id, new Header("event.sequence", sequence) })];
    }

    /// <summary>The message of an event.</summary>
    public Message<byte[]?, byte[]> Of(EncodedEvent @event)
    {
        Span<byte> sequence = stackalloc byte[LongestSequence];
        @event.Sequence.TryFormat(sequence, out int digits, default, CultureInfo.InvariantCulture);
        sequence[..digits].CopyTo(_sequences[digits]);
        @event.Id.TryFormat(_id, out _, "x32", CultureInfo.InvariantCulture);

        _message.Key = KeyOf(@event);
        _message.Value = _values.Of(@event.Json.Span);
        _message.Timestamp = new Timestamp(@event.Timestamp.ToUnixTimeMilliseconds(), TimestampType.CreateTime);
        _message.Headers = _headers[digits];
        return _message;
    }

    private byte[]? KeyOf(EncodedEvent @event)
    {
        if (_kind is KafkaKeyKind.CommunityId)
        {
            return @event.Key.IsEmpty ? null : _keys.Of(@event.Key.Span);
        }

        if (_format?.Of(@event, out _) is not { Length: > 0 } text)
        {
            return null;
        }

        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_utf8.Length < most)
        {
            _utf8 = new byte[most];
        }

        return _keys.Of(_utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, _utf8)));
    }
}
