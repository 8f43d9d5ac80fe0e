using System.Buffers.Binary;
using System.Text;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.Bpf;

public sealed class RingRecordsTests
{
    private const int Size = 64;
    private const uint Busy = 1u << 31, Discarded = 1u << 30;

    [Fact]
    public void Records_are_read_in_order_up_to_where_the_writers_stand()
    {
        byte[] ring = Ring((0, 5, "first"), (16, 9, "the other"), (40, 4, "late"));

        Assert.Equal(["first", "the other"], Read(ring, 0, 40, out ulong position));
        Assert.Equal(40ul, position);
    }

    [Fact]
    public void A_record_goes_on_where_the_ring_begins_anew()
    {
        byte[] ring = Ring((56, 12, "round & round"[..12]));

        Assert.Equal(["round & roun"], Read(ring, 56 + (10 * Size), 56 + (10 * Size) + 24, out ulong position));
        Assert.Equal(80ul + (10 * Size), position);
    }

    [Fact]
    public void A_discarded_record_is_passed_over_and_one_that_is_written_ends_the_walk()
    {
        byte[] ring = Ring((0, 4 | Discarded, "gone"), (16, 3, "yes"), (32, 3 | Busy, "not"));

        Assert.Equal(["yes"], Read(ring, 0, 48, out ulong position));
        Assert.Equal(32ul, position);
    }

    [Theory]
    [InlineData(100u)]
    [InlineData(25u)]
    [InlineData(0x3fff_ffffu)]
    public void A_length_beyond_what_was_written_is_refused(uint length) =>
        Assert.Throws<WireFormatException>(() => Read(Ring((0, length, "x")), 0, 32, out _));

    [Fact]
    public void Damaged_rings_never_escape_as_another_exception()
    {
        byte[] ring = Ring((0, 5, "first"), (16, 9, "the other"), (40, 4 | Discarded, "late"));

        Damage.Inflict([.. ring, 0], bytes =>
        {
            if (bytes.Length == ring.Length)
            {
                Read(bytes, 0, 56, out _);
            }
        });
        Assert.Equal(["first", "the other"], Read(ring, 0, 56, out _));
    }

    /// <summary>The memory of a ring with these records, there twice.</summary>
    private static byte[] Ring(params (int At, uint Header, string Text)[] records)
    {
        byte[] once = new byte[Size];
        foreach ((int at, uint header, string text) in records)
        {
            byte[] record = new byte[8 + text.Length];
            BinaryPrimitives.WriteUInt32LittleEndian(record, header);
            Encoding.ASCII.GetBytes(text, record.AsSpan(8));
            for (int offset = 0; offset < record.Length; offset++)
            {
                once[(at + offset) % Size] = record[offset];
            }
        }

        return [.. once, .. once];
    }

    private static List<string> Read(ReadOnlySpan<byte> ring, ulong from, ulong to, out ulong position)
    {
        List<string> read = [];
        RingRecords records = new(ring, from, to);
        while (records.MoveNext())
        {
            read.Add(Encoding.ASCII.GetString(records.Current));
        }

        position = records.Position;
        return read;
    }
}
