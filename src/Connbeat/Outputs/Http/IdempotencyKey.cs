using System.Buffers.Binary;
using System.Security.Cryptography;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Http;

/// <summary>
/// What a server can tell a request by that it has had before: the same for the same events, however often and in whichever
/// run they are sent, and another for any other events. See
/// https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
/// </summary>
internal static class IdempotencyKey
{
    /// <summary>The header.</summary>
    public const string Name = "Idempotency-Key";

    private const int IdLength = 16;

    /// <summary>The header's value: a hash of the events' ids, in quotes as the draft has it.</summary>
    public static string Of(IReadOnlyList<EncodedEvent> batch, int first, int count)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> id = stackalloc byte[IdLength];
        for (int position = first; position < first + count; position++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(id, batch[position].Id);
            hash.AppendData(id);
        }

        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(key);
        return $"\"{Convert.ToHexStringLower(key[..IdLength])}\"";
    }
}
