using Connbeat.Linux;
using Connbeat.Linux.Netlink;

namespace Connbeat.Tests.Linux.Netlink;

public sealed class NetlinkMessagesTests
{
    /// <summary>A message of 4 payload bytes, then one of 1 that ends unaligned.</summary>
    private static readonly byte[] Two = Convert.FromHexString(
        "14000000" + "1400" + "0200" + "07000000" + "39300000" + "a1b2c3d4" +
        "11000000" + "0300" + "0000" + "08000000" + "39300000" + "ff");

    [Fact]
    public void Messages_are_walked_to_an_unaligned_end()
    {
        List<string> seen = [];
        foreach (NetlinkMessage message in new NetlinkMessages(Two))
        {
            seen.Add($"{(int)message.Header.Type} {message.Header.Sequence} {Convert.ToHexString(message.Payload)}");
        }

        Assert.Equal(["20 7 A1B2C3D4", "3 8 FF"], seen);
    }

    [Theory]
    [InlineData("0f000000")] // shorter than a header
    [InlineData("00000000")] // would never end
    [InlineData("22000000")] // longer than what is there
    [InlineData("ffffffff")]
    public void A_length_that_cannot_be_is_refused(string length)
    {
        byte[] damaged = [.. Convert.FromHexString(length), .. Two[4..]];

        Assert.Throws<WireFormatException>(() =>
        {
            foreach (NetlinkMessage _ in new NetlinkMessages(damaged.AsSpan(0, 33)))
            {
            }
        });
    }

    [Theory]
    [InlineData("feffffff", 2)]
    [InlineData("00000000", 0)]
    [InlineData("69000000", 105)]
    public void An_error_message_tells_its_errno(string payload, int errno) =>
        Assert.Equal(errno, new NetlinkMessage(default, Convert.FromHexString(payload)).Errno);

    [Theory]
    [InlineData("")]
    [InlineData("feffff")]
    [InlineData("00000080")]
    public void An_error_message_without_an_errno_is_refused(string payload)
    {
        byte[] bytes = Convert.FromHexString(payload);
        Assert.Throws<WireFormatException>(() => new NetlinkMessage(default, bytes).Errno);
    }
}
