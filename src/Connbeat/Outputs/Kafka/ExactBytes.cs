namespace Connbeat.Outputs.Kafka;

/// <summary>
/// Arrays that are exactly as long as what is put in them, used again for each of that length: librdkafka copies at once
/// what it is given, but is given whole arrays. One thread uses it.
/// </summary>
internal sealed class ExactBytes
{
    private const int LongestKept = 4096;

    private readonly byte[]?[] _kept = new byte[]?[LongestKept + 1];

    /// <summary>The bytes in an array of their own, good until the next of that length.</summary>
    public byte[] Of(ReadOnlySpan<byte> bytes)
    {
        byte[] exact = bytes.Length <= LongestKept ? _kept[bytes.Length] ??= new byte[bytes.Length] : new byte[bytes.Length];
        bytes.CopyTo(exact);
        return exact;
    }
}
