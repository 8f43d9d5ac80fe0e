using Connbeat.Linux;
using Connbeat.Linux.Netlink;

namespace Connbeat.Tests.Linux.Netlink;

public sealed class NetlinkAttributesTests
{
    /// <summary>Type 11 with one byte and padding, type 21 with a nested flag and eight bytes.</summary>
    private static readonly byte[] Two = Convert.FromHexString("05000b0001000000" + "0c001580" + "0102030405060708");

    [Fact]
    public void Attributes_are_walked_over_their_padding_and_without_their_flags()
    {
        List<string> seen = [];
        foreach (NetlinkAttribute attribute in new NetlinkAttributes(Two))
        {
            seen.Add($"{attribute.Type} {Convert.ToHexString(attribute.Value)}");
        }

        Assert.Equal(["11 01", "21 0102030405060708"], seen);
    }

    [Fact]
    public void A_value_is_read_at_its_own_size_only()
    {
        Assert.Equal(0x0807060504030201ul, new NetlinkAttribute(21, Two.AsSpan(12)).AsUInt64());
        Assert.Throws<WireFormatException>(() => new NetlinkAttribute(21, Two.AsSpan(12)).AsByte());
        Assert.Throws<WireFormatException>(() => new NetlinkAttribute(21, Two.AsSpan(13)).AsUInt64());
    }

    [Theory]
    [InlineData("0300")]
    [InlineData("03000b00")]
    [InlineData("00000b00")]
    [InlineData("09000b0001020304")]
    public void A_length_that_cannot_be_is_refused(string bytes)
    {
        byte[] damaged = Convert.FromHexString(bytes);

        Assert.Throws<WireFormatException>(() =>
        {
            foreach (NetlinkAttribute _ in new NetlinkAttributes(damaged))
            {
            }
        });
    }
}
