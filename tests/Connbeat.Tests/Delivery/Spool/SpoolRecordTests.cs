using Connbeat.Delivery;
using Connbeat.Delivery.Spool;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery.Spool;

public sealed class SpoolRecordTests
{
    private static readonly EncodedEvent Event = new(
        Sequence: 0x0102030405060708, Id: new UInt128(0x1112131415161718, 0x191a1b1c1d1e1f20), Key: "1:abc="u8.ToArray(),
        Encoded.Timestamp(77), Json: """{"a":"ü"}"""u8.ToArray());

    [Fact]
    public void An_event_is_read_as_it_was_written()
    {
        byte[] record = Record(42, Event);

        Assert.True(SpoolRecord.TryReadHead(record, out SpoolRecord head));
        Assert.True(SpoolRecord.IsWhole(record));
        EncodedEvent read = head.ToEvent(record.AsMemory(SpoolRecord.HeadSize));
        Assert.Equal((SpoolRecordKind.Event, 42, record.Length), (head.Kind, head.Position, head.Size));
        Assert.Equal((Event.Sequence, Event.Id, Event.Timestamp), (read.Sequence, read.Id, read.Timestamp));
        Assert.Equal(Event.Key.ToArray(), read.Key.ToArray());
        Assert.Equal(Event.Json.ToArray(), read.Json.ToArray());
    }

    /// <summary>Drawn above <see cref="SpoolRecord"/>; files of older versions have to stay readable.</summary>
    [Fact]
    public void Its_bytes_are_as_drawn()
    {
        byte[] record = Record(0x2122, Event with { Sequence = 3 });

        Assert.Equal("FFCB5E01", Convert.ToHexString(record.AsSpan(0, 4)));
        Assert.Equal("10000000" + "2221000000000000" + "0300000000000000", Convert.ToHexString(record.AsSpan(12, 20)));
        Assert.Equal("201F1E1D1C1B1A191817161514131211", Convert.ToHexString(record.AsSpan(32, 16)));
        Assert.Equal(Event.Timestamp.UtcTicks, BitConverter.ToInt64(record, 48));
        Assert.Equal("0600000001000000", Convert.ToHexString(record.AsSpan(56, 8)));
        Assert.Equal("""1:abc={"a":"ü"}"""u8, record.AsSpan(64));
    }

    [Fact]
    public void A_flipped_bit_is_found_wherever_it_is()
    {
        byte[] record = Record(42, Event);
        for (int bit = 0; bit < record.Length * 8; bit++)
        {
            record[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SpoolRecord.TryReadHead(record, out _) && SpoolRecord.IsWhole(record), $"bit {bit}");
            record[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Damage_gives_no_record_and_nothing_else()
    {
        int refused = Damage.Inflict(Record(42, Event), bytes =>
        {
            if (!SpoolRecord.TryReadHead(bytes, out _))
            {
                throw new WireFormatException("no head");
            }
        });

        Assert.True(refused > 40_000, $"{refused} refused");
    }

    [Fact]
    public void A_seal_tells_where_its_segment_ends_and_of_what_time_it_is()
    {
        byte[] seal = new byte[SpoolRecord.SealSize];
        SpoolRecord.WriteSeal(seal, 99, Encoded.Timestamp(1), Encoded.Timestamp(9));

        Assert.True(SpoolRecord.TryReadHead(seal, out SpoolRecord head));
        Assert.Equal((SpoolRecordKind.Seal, 99), (head.Kind, head.Position));
        Assert.Equal((Encoded.Timestamp(1), Encoded.Timestamp(9)), SpoolRecord.ReadSeal(seal.AsSpan(SpoolRecord.HeadSize)));
    }

    private static byte[] Record(long position, EncodedEvent @event)
    {
        byte[] record = new byte[SpoolRecord.SizeOf(@event)];
        SpoolRecord.Write(record, position, @event);
        return record;
    }
}
