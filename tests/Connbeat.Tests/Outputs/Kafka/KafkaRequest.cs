using System.Buffers.Binary;
using System.Text;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>Reads the fields of a request, in the older encoding; https://kafka.apache.org/protocol#protocol_types.</summary>
internal ref struct KafkaRequest(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public bool Boolean() => Take(1)[0] != 0;

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public string? Text() => Int16() is >= 0 and short length ? Encoding.UTF8.GetString(Take(length)) : null;

    public byte[] Bytes() => Take(Int32()).ToArray();

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
