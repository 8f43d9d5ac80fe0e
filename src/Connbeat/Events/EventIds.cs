using System.Buffers.Binary;
using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>
/// Makes the ids of events. A fact has the same id after a restart of the agent, so that a store that keeps one event
/// per id keeps one copy; an observation belongs to its run.
/// </summary>
/// <param name="boot">This boot of the machine: the key of facts; /proc/sys/kernel/random/boot_id.</param>
/// <param name="run">This run of the agent: the key of observations.</param>
internal sealed class EventIds(Guid boot, Guid run)
{
    private const int LongestFact = 64;

    private readonly UInt128 _boot = Key(boot);
    private readonly UInt128 _run = Key(run);

    /// <summary>The id of what happened to a socket: <see cref="EventActionNames.IsFact"/>.</summary>
    public EventId OfFact(SocketIdentity identity, EventAction action)
    {
        // The form comes first and addresses tell their length, so that no two facts give the same bytes.
        bool hasCookie = identity.Cookie != 0;
        Span<byte> fact = stackalloc byte[LongestFact];
        Span<byte> rest = fact;
        Append(ref rest, hasCookie ? (byte)1 : (byte)0);
        Append(ref rest, (byte)action);
        Append(ref rest, identity.Namespace);
        Append(ref rest, identity.Life);
        if (hasCookie)
        {
            Append(ref rest, (uint)(identity.Cookie >> 32));
            Append(ref rest, (uint)identity.Cookie);
        }
        else
        {
            Append(ref rest, identity.Inode);
            Append(ref rest, identity.Tuple.Local, identity.Tuple.LocalPort);
        }

        Append(ref rest, identity.Tuple.Remote, identity.Tuple.RemotePort);
        return new EventId(SipHash128.Hash(_boot, fact[..^rest.Length]));
    }

    /// <summary>The id of what this run observed: everything that is not a fact.</summary>
    public EventId OfObservation(long sequence)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, sequence);
        return new EventId(SipHash128.Hash(_run, bytes));
    }

    private static UInt128 Key(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static void Append(ref Span<byte> rest, byte value)
    {
        rest[0] = value;
        rest = rest[1..];
    }

    private static void Append(ref Span<byte> rest, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(rest, value);
        rest = rest[sizeof(uint)..];
    }

    private static void Append(ref Span<byte> rest, InetAddress address, ushort port)
    {
        int length = address.Write(rest[1..]);
        rest[0] = (byte)length;
        BinaryPrimitives.WriteUInt16BigEndian(rest[(1 + length)..], port);
        rest = rest[(1 + length + sizeof(ushort))..];
    }
}
