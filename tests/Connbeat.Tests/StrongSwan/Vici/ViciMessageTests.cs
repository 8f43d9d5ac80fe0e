using System.Buffers;
using System.Text;
using Connbeat.StrongSwan;
using Connbeat.StrongSwan.Vici;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.StrongSwan.Vici;

public sealed class ViciMessageTests
{
    /// <summary>key1=v, section { list=[ab ""] inner {} }, as the protocol's description draws it.</summary>
    private static readonly byte[] Sample =
        [3, 4, .. "key1"u8, 0, 1, .. "v"u8, 1, 7, .. "section"u8, 4, 4, .. "list"u8, 5, 0, 2, .. "ab"u8, 5, 0, 0, 6, 1, 5, .. "inner"u8, 2, 2];

    [Fact]
    public void A_message_has_values_lists_and_sections()
    {
        ViciSection message = ViciMessage.Parse(Sample);

        Assert.Equal("v", message.Text("key1"u8));
        ViciSection section = message.Section("section"u8);
        Assert.Equal(["ab", ""], section.List("list"u8));
        Assert.Equal(["inner"], section.Sections.Select(inner => inner.Name));
        Assert.Empty(message.Text("nothing"u8));
        Assert.Empty(message.List("key1"u8));
        Assert.Empty(message.Section("key1"u8).Items);
    }

    [Theory]
    [InlineData("12", 12)]
    [InlineData("-3", -3)]
    [InlineData("12s", 0)]
    [InlineData("", 0)]
    [InlineData("99999999999999999999", 0)]
    public void What_is_no_number_is_zero(string value, long expected)
    {
        byte[] bytes = [3, 1, (byte)'n', 0, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

        Assert.Equal(expected, ViciMessage.Parse(bytes).Number("n"u8));
    }

    [Theory]
    [InlineData("02", "byte 0 ends a section that has not begun")]
    [InlineData("0101", "1 bytes announced at byte 1, with 0 left")]
    [InlineData("010161", "the message ends within a section")]
    [InlineData("0301610005", "5 bytes announced at byte 3, with 0 left")]
    [InlineData("03016100", "the message ends within a length at byte 3")]
    [InlineData("040161", "the message ends within a list")]
    [InlineData("0401610301", "element 3 at byte 3; expected an item of a list, or its end")]
    [InlineData("05", "element 5 at byte 0; expected a section, a value or a list")]
    public void A_wrong_message_is_told_by_what_is_wrong(string hex, string expected) =>
        Assert.Equal(
            expected, Assert.Throws<WireFormatException>(() => ViciMessage.Parse(Convert.FromHexString(hex))).Message);

    [Fact]
    public void Sections_stand_in_each_other_only_so_deep()
    {
        byte[] deep = [.. Enumerable.Repeat<byte[]>([1, 0], ViciMessage.Deepest).SelectMany(start => start), .. Enumerable.Repeat((byte)2, ViciMessage.Deepest)];
        byte[] deeper = [1, 0, .. deep, 2];

        Assert.Single(ViciMessage.Parse(deep).Items);
        Assert.Contains("32 deep", Assert.Throws<WireFormatException>(() => ViciMessage.Parse(deeper)).Message, StringComparison.Ordinal);
        Assert.Throws<WireFormatException>(() => ViciMessage.Parse(new byte[ViciMessage.Longest + 1]));
    }

    [Theory]
    [MemberData(nameof(ViciTranscript.States), MemberType = typeof(ViciTranscript))]
    public void Every_packet_of_a_real_daemon_is_read_and_written_to_the_byte(string state)
    {
        IReadOnlyList<(bool, byte[] Packet)> lines = ViciTranscript.Of(state).Lines;

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Equal(line.Packet, ViciPacket.Parse(line.Packet).Encode()[sizeof(uint)..]));
    }

    [Fact]
    public void Damage_gives_a_message_that_is_written_as_it_was_read_or_a_refusal()
    {
        byte[] longest = ViciTranscript.Of("child-rekeyed").Lines.MaxBy(line => line.Packet.Length).Packet;

        int refused = Damage.Inflict<WireFormatException>(longest, bytes =>
        {
            byte[] packet = bytes.ToArray();
            ViciPacket read = ViciPacket.Parse(packet);
            if (read.Type is ViciPacketType.Event)
            {
                Assert.Equal(packet[(2 + packet[1])..], Written(read.Message));
            }
        });

        Assert.InRange(refused, longest.Length / 2, longest.Length + 50_000);
    }

    [Fact]
    public void What_does_not_fit_the_wire_is_not_written()
    {
        ViciSection longName = new([ViciItem.OfValue(new byte[256], default)]);
        ViciSection longValue = new([ViciItem.OfValue(default, new byte[65_536])]);

        Assert.Throws<ArgumentException>(() => Written(longName));
        Assert.Throws<ArgumentException>(() => Written(longValue));
        Assert.Throws<ArgumentException>(
            () => new ViciPacket(ViciPacketType.Event, new string('n', 256), ViciSection.Empty).Encode());
        Assert.Throws<ArgumentException>(
            () => new ViciPacket(
                ViciPacketType.CommandResponse, "", new ViciSection([.. Enumerable.Repeat(ViciItem.OfValue(default, new byte[65_535]), 9)])).Encode());
    }

    [Theory]
    [InlineData("", "an empty packet")]
    [InlineData("08", "a packet of type 8; expected 0 to 7")]
    [InlineData("07", "a packet of 1 bytes ends within its name")]
    [InlineData("070261", "a packet of 3 bytes ends within its name")]
    public void A_wrong_packet_is_told_by_what_is_wrong(string hex, string expected) =>
        Assert.Equal(
            expected, Assert.Throws<WireFormatException>(() => ViciPacket.Parse(Convert.FromHexString(hex))).Message);

    private static byte[] Written(ViciSection section)
    {
        ArrayBufferWriter<byte> to = new();
        ViciMessage.Write(to, section);
        return to.WrittenSpan.ToArray();
    }
}
