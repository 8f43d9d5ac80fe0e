using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>A message as its reader has it.</summary>
internal sealed record Consumed(
    string Topic, int Partition, long Offset, string? Key, string Value, long Timestamp, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>The header <c>event.sequence</c>.</summary>
    public long Sequence => long.Parse(Headers.Single(header => header.Name == "event.sequence").Value, CultureInfo.InvariantCulture);

    public static unsafe Consumed Of(Librdkafka.Message* message)
    {
        List<(string, string)> headers = [];
        if (Librdkafka.rd_kafka_message_headers(message, out nint found) == 0)
        {
            for (nuint i = 0; Librdkafka.rd_kafka_header_get_all(found, i, out nint name, out nint value, out nuint size) == 0; i++)
            {
                headers.Add((Marshal.PtrToStringUTF8(name)!, Encoding.UTF8.GetString(new ReadOnlySpan<byte>((void*)value, (int)size))));
            }
        }

        return new Consumed(
            Marshal.PtrToStringUTF8(Librdkafka.rd_kafka_topic_name(message->Topic))!, message->Partition, message->Offset,
            message->Key is null ? null : Encoding.UTF8.GetString(message->Key, (int)message->KeyLength),
            Encoding.UTF8.GetString(message->Payload, (int)message->Length),
            Librdkafka.rd_kafka_message_timestamp(message, out _), headers);
    }
}
