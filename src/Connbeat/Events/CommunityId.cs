using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>
/// Community ID version 1, seed 0: one text for a flow, whichever end tells it and whichever program;
/// https://github.com/corelight/community-id-spec.
/// </summary>
internal static class CommunityId
{
    /// <summary>How many bytes an id has: <c>1:</c> and a SHA-1 in base 64.</summary>
    public const int Length = 30;

    private const int LongestFlow = 40; // seed, two addresses, protocol, padding, two ports

    [ThreadStatic]
    private static IncrementalHash? _sha1;

    /// <summary>The id of a connection as text.</summary>
    public static string Of(Transport transport, InetTuple tuple)
    {
        Span<byte> id = stackalloc byte[Length];
        Write(transport, tuple, id);
        return Encoding.ASCII.GetString(id);
    }

    /// <summary>Writes the <see cref="Length"/> bytes of the id of a connection, in ASCII.</summary>
    public static void Write(Transport transport, InetTuple tuple, Span<byte> destination)
    {
        Span<byte> flow = stackalloc byte[LongestFlow];
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];

        // One hash object that is used again takes two thirds of the time of SHA1.HashData.
        _sha1 ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        _sha1.AppendData(flow[..WriteFlow(transport, LowerEndFirst(tuple), flow)]);
        _sha1.GetHashAndReset(digest);

        "1:"u8.CopyTo(destination);
        Base64.EncodeToUtf8(digest, destination[2..], out _, out _);
    }

    /// <summary>The same for both directions of a flow.</summary>
    public static InetTuple LowerEndFirst(InetTuple tuple)
    {
        Span<byte> local = stackalloc byte[16];
        Span<byte> remote = stackalloc byte[16];
        int order = local[..tuple.Local.Write(local)].SequenceCompareTo(remote[..tuple.Remote.Write(remote)]);
        return order < 0 || (order == 0 && tuple.LocalPort <= tuple.RemotePort) ? tuple : tuple.Reversed;
    }

    /// <summary>Seed, addresses, protocol, a byte of padding, ports; in network byte order.</summary>
    private static int WriteFlow(Transport transport, InetTuple tuple, Span<byte> flow)
    {
        int length = sizeof(ushort);
        length += tuple.Local.Write(flow[length..]);
        length += tuple.Remote.Write(flow[length..]);
        flow[length] = (byte)transport;
        BinaryPrimitives.WriteUInt16BigEndian(flow[(length + 2)..], tuple.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(flow[(length + 4)..], tuple.RemotePort);
        return length + 6;
    }
}
