using System.Buffers.Binary;
using System.Text;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>Writes the fields of an answer.</summary>
internal sealed class KafkaAnswer
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public KafkaAnswer Boolean(bool value)
    {
        _bytes.Add(value ? (byte)1 : (byte)0);
        return this;
    }

    public KafkaAnswer Int16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)value);
        _bytes.AddRange(bytes);
        return this;
    }

    public KafkaAnswer Int32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public KafkaAnswer Text(string? value)
    {
        if (value is null)
        {
            return Int16(-1);
        }

        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Int16(bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    public KafkaAnswer Bytes(byte[] value)
    {
        Int32(value.Length);
        _bytes.AddRange(value);
        return this;
    }
}
