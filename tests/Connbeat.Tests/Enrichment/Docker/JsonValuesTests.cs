using System.Text;
using Connbeat.Enrichment.Docker;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class JsonValuesTests
{
    private static readonly string[] Events = Fixture.Lines("docker/events.ndjson");

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    [InlineData("\r\n \t\n")]
    [InlineData("\n\u001e")]
    public void Values_are_told_apart_wherever_the_stream_is_cut(string between)
    {
        byte[] stream = Encoding.UTF8.GetBytes(string.Concat(Events.Select(value => value + between)));
        for (int size = 1; size < 400; size++)
        {
            Assert.Equal(Events, Take(stream, _ => size));
        }

        Random random = new(20_26);
        for (int round = 0; round < 200; round++)
        {
            Assert.Equal(Events, Take(stream, _ => random.Next(1, stream.Length)));
        }
    }

    [Theory]
    [InlineData("""{"a":{"b":[1,{"c":"}"}]}}[1,[2]]"text \" }"true 7 """)]
    public void A_value_is_whole_at_its_own_end_only(string stream) =>
        Assert.Equal(
            ["""{"a":{"b":[1,{"c":"}"}]}}""", "[1,[2]]", "\"text \\\" }\"", "true", "7"],
            Take(Encoding.UTF8.GetBytes(stream), _ => 1));

    [Fact]
    public void A_value_that_is_not_whole_yet_is_not_told()
    {
        JsonValues values = new(1000);
        values.Append("{\"a\":"u8);

        Assert.False(values.TryTake(out _));
        Assert.False(values.TryTake(out _));
        values.Append("1}{"u8);
        Assert.True(values.TryTake(out ReadOnlyMemory<byte> value));
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(value.Span));
        Assert.False(values.TryTake(out _));
    }

    [Theory]
    [InlineData("}")]
    [InlineData("{]")]
    [InlineData("nul,")]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("{\"a\":1},{\"a\":2}")]
    public void What_is_not_JSON_is_refused(string stream) =>
        Assert.Throws<WireFormatException>(() => Take(Encoding.UTF8.GetBytes(stream), _ => 3));

    [Fact]
    public void A_value_that_never_ends_is_refused_and_a_stream_that_never_ends_is_not()
    {
        byte[] piece = Encoding.UTF8.GetBytes(new string('a', 100));
        JsonValues values = new(1000);
        values.Append("\""u8);
        Assert.Throws<WireFormatException>(() => Feed(values, piece, 11));

        values = new JsonValues(1000);
        Assert.Equal(5000, Feed(values, "{\"a\":[1,2,3]} \n"u8.ToArray(), 5000));
        Assert.Equal(0, Feed(values, "\n\n\n\n\n\n\n\n"u8.ToArray(), 5000));
    }

    [Fact]
    public void Damaged_streams_never_escape_as_another_exception()
    {
        byte[] stream = Encoding.UTF8.GetBytes(string.Join('\n', Events[..2]));

        Assert.True(Damage.Inflict(stream, bytes => Take(bytes.ToArray(), at => at + 1), 20_000) > 0);
    }

    private static int Feed(JsonValues values, byte[] piece, int times)
    {
        int taken = 0;
        for (; times > 0; times--)
        {
            values.Append(piece);
            while (values.TryTake(out _))
            {
                taken++;
            }
        }

        return taken;
    }

    private static List<string> Take(byte[] stream, Func<int, int> size)
    {
        JsonValues values = new(100_000);
        List<string> taken = [];
        for (int at = 0; at < stream.Length;)
        {
            int next = Math.Min(stream.Length, at + size(at));
            values.Append(stream.AsSpan(at..next));
            while (values.TryTake(out ReadOnlyMemory<byte> value))
            {
                taken.Add(Encoding.UTF8.GetString(value.Span));
            }

            at = next;
        }

        return taken;
    }
}
