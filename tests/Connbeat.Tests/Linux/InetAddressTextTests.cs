using Connbeat.Linux;

namespace Connbeat.Tests.Linux;

public sealed class InetAddressTextTests
{
    /// <summary>RFC 5952, sections 4 and 5.</summary>
    [Theory]
    [InlineData("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:DB8:A00:FFF:9F:1:0:0", "2001:db8:a00:fff:9f:1::")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("fe80::", "fe80::")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("1111:2222:3333:4444:5555:6666:7777:8888", "1111:2222:3333:4444:5555:6666:7777:8888")]
    public void Addresses_are_written_as_the_rfc_says(string address, string expected) =>
        Assert.Equal(expected, InetAddress.Parse(address).ToString());

    [Fact]
    public void Any_address_reads_back_as_itself()
    {
        Random random = new(20_26);
        byte[] bytes = new byte[16];
        for (int round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            for (int group = 0; group < 16; group += 2)
            {
                if (random.Next(2) == 0)
                {
                    bytes.AsSpan(group, random.Next(1, 3)).Clear();
                }
            }

            InetAddress address = InetAddress.FromIPv6(bytes);

            Assert.Equal(address, InetAddress.Parse(address.ToString()));
        }
    }
}
