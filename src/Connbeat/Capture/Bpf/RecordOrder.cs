using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Connbeat.Linux.Bpf;

namespace Connbeat.Capture.Bpf;

/// <summary>
/// Puts records into the order of their times. Each processor writes to the ring by itself, so that a record may stand behind
/// one that is a little younger; what is older than <see cref="Window"/> is in order for good.
/// </summary>
internal sealed class RecordOrder
{
    /// <summary>The furthest that a record was ever seen out of place is 39 µs; in boot-clock nanoseconds.</summary>
    public const long Window = 1_000_000;

    private readonly List<HeardRecord> _records = [];

    /// <summary>How many wait.</summary>
    public int Count => _records.Count;

    /// <summary>When the youngest came to be.</summary>
    public long Youngest => _records.Count == 0 ? 0 : _records[^1].At;

    /// <summary>Puts a record in its place; of two of one time, behind the one that came first.</summary>
    public void Add(in HeardRecord record)
    {
        int place = _records.Count;
        while (place > 0 && _records[place - 1].At > record.At)
        {
            place--;
        }

        _records.Insert(place, record);
    }

    /// <summary>Those that came to be until then, in order; valid until the next call.</summary>
    public ReadOnlySpan<HeardRecord> Until(long time)
    {
        int count = _records.Count;
        while (count > 0 && _records[count - 1].At > time)
        {
            count--;
        }

        return CollectionsMarshal.AsSpan(_records)[..count];
    }

    /// <summary>Takes out the first ones.</summary>
    public void Remove(int count) => _records.RemoveRange(0, count);
}

/// <summary>A record of the ring: of a process or of a flow where there is one, else of a socket.</summary>
internal readonly record struct HeardRecord(SocketRecord Socket, ProcessRecord? Process, StrongBox<FlowRecord>? Flow)
{
    /// <summary>When, in boot-clock nanoseconds.</summary>
    public long At => Process?.At ?? Flow?.Value.At ?? Socket.At;

    /// <summary>Of whom it tells.</summary>
    public SocketOwner Owner => Process?.Process ?? Flow?.Value.Owner ?? Socket.Socket.Owner;

    /// <summary>Reads one.</summary>
    /// <exception cref="Linux.WireFormatException">It is none.</exception>
    public static HeardRecord Parse(ReadOnlySpan<byte> record) => SocketRecord.ReadKind(record) switch
    {
        < RecordKind.Exec => new HeardRecord(SocketRecord.Parse(record), null, null),
        < RecordKind.FlowBegan => new HeardRecord(default, ProcessRecord.Parse(record), null),
        _ => new HeardRecord(default, null, new StrongBox<FlowRecord>(FlowRecord.Parse(record))),
    };
}
