using Connbeat.Delivery;
using Connbeat.Delivery.Spool;

namespace Connbeat.Tests.Delivery.Spool;

public sealed class SegmentReaderTests : IDisposable
{
    private const string Name = "00000000000000000010.events";

    private readonly CrashingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_reads_what_was_written_in_order_whatever_it_reads_at_once()
    {
        _folder[Name] = Segment(10, 200);
        foreach (int chunk in (int[])[100, 128, 1000, 1 << 20])
        {
            Assert.Equal(Enumerable.Range(10, 200).Select(position => (long)position), Positions(chunk));
        }
    }

    [Fact]
    public void A_damaged_byte_costs_its_own_record_and_no_other()
    {
        byte[] whole = Segment(10, 5);
        int size = whole.Length / 5;
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x40;
            _folder[Name] = damaged;
            Assert.Equal(new long[] { 10, 11, 12, 13, 14 }.Where(position => position != 10 + (at / size)), Positions());
        }
    }

    [Fact]
    public void It_finds_its_way_through_anything_between_records()
    {
        byte[] noise = new byte[5000];
        new Random(1).NextBytes(noise);
        SpoolRecord.Marker.CopyTo(noise.AsSpan(3000)); // looks like a record
        noise[^1] = 0xFF;
        _folder[Name] = [.. Segment(10, 3), .. noise, .. Segment(40, 3), .. new byte[4096], .. Segment(70, 1)];

        Assert.Equal([10, 11, 12, 40, 41, 42, 70], Positions(chunk: 777));
    }

    [Fact]
    public void A_record_that_can_not_be_of_this_place_is_passed_over()
    {
        // An older one, one twice, and one from further on than so few bytes can have led.
        _folder[Name] = [.. Segment(10, 2), .. Segment(3, 1), .. Segment(11, 1), .. Segment(900, 1), .. Segment(12, 1)];

        Assert.Equal([10, 11, 12], Positions());
    }

    [Fact]
    public void A_record_written_by_halves_ends_it()
    {
        byte[] whole = Segment(10, 3);
        for (int length = 0; length < whole.Length; length++)
        {
            _folder[Name] = whole[..length];
            Assert.Equal(length / (whole.Length / 3), Positions().Count);
        }
    }

    [Fact]
    public void A_block_that_the_disk_gives_at_the_second_asking_is_read()
    {
        _folder[Name] = Segment(10, 50);
        _folder.ReadFaults = 0.5;

        Assert.Equal(50, Positions(chunk: 300).Count);
    }

    /// <summary>A file full of heads that promise much must not be read again for each of them.</summary>
    [Fact]
    public void Every_byte_is_looked_at_a_fixed_number_of_times()
    {
        byte[] hostile = [.. Enumerable.Repeat(SpoolRecord.Marker.ToArray(), 250_000).SelectMany(marker => marker)];
        _folder[Name] = hostile;

        Assert.Empty(Positions(chunk: 4096));
        Assert.InRange(_folder.Reads, 1, 400);
    }

    private List<long> Positions(int chunk = 4096)
    {
        using SegmentReader reader = new(_folder.OpenToRead(Name), 10, 0, chunk, isKept: false) { Limit = _folder[Name].Length };
        List<long> positions = [];
        while (reader.MoveNext())
        {
            Assert.Equal(reader.Current.Position, reader.Current.Sequence);
            Assert.Equal(reader.Current.BodyLength, reader.Body.Length);
            positions.Add(reader.Current.Position);
        }

        return positions;
    }

    private static byte[] Segment(long first, int count)
    {
        List<byte> segment = [];
        for (long position = first; position < first + count; position++)
        {
            EncodedEvent @event = Encoded.Event(position, 20);
            byte[] record = new byte[SpoolRecord.SizeOf(@event)];
            SpoolRecord.Write(record, position, @event);
            segment.AddRange(record);
        }

        return [.. segment];
    }
}
