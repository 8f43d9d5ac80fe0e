using System.Net;
using Connbeat.Linux;

namespace Connbeat.Tests.Linux;

public sealed class InetNetworkTests
{
    [Theory]
    [InlineData("192.0.2.128/25", "192.0.2.128", true)]
    [InlineData("192.0.2.128/25", "192.0.2.255", true)]
    [InlineData("192.0.2.128/25", "192.0.2.127", false)]
    [InlineData("0.0.0.0/0", "255.1.2.3", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("2001:db8:8000::/33", "2001:db8:8000::1", true)]
    [InlineData("2001:db8:8000::/33", "2001:db8:7fff::1", false)]
    [InlineData("2001:db8:0:1::/64", "2001:db8:0:1:ffff::1", true)]
    [InlineData("2001:db8:0:1::/64", "2001:db8:0:2::1", false)]
    [InlineData("2001:db8::8/125", "2001:db8::f", true)]
    [InlineData("2001:db8::8/125", "2001:db8::10", false)]
    [InlineData("2001:db8::8/128", "2001:db8::8", true)]
    [InlineData("192.0.2.7/32", "192.0.2.7", true)]
    [InlineData("192.0.2.7/32", "192.0.2.6", false)]
    public void An_address_is_in_the_network_whose_bits_it_begins_with(string network, string address, bool isIn) =>
        Assert.Equal(isIn, InetNetwork.Parse(network).Contains(InetAddress.Parse(address)));

    [Fact]
    public void Bits_beyond_the_prefix_do_not_count()
    {
        InetNetwork network = new(IPAddress.Parse("10.1.2.3"), 8);

        Assert.True(network.Contains(InetAddress.Parse("10.255.0.1")));
        Assert.False(network.Contains(InetAddress.Parse("11.1.2.3")));
    }

    [Fact]
    public void A_prefix_of_mapped_addresses_is_one_of_IPv4() =>
        Assert.True(new InetNetwork(IPAddress.Parse("::ffff:10.0.0.0"), 104).Contains(InetAddress.Parse("10.9.9.9")));

    [Fact]
    public void It_agrees_with_the_base_class_library()
    {
        Random random = new(20_26);
        byte[] bytes = new byte[16];
        for (int round = 0; round < 20_000; round++)
        {
            int size = random.Next(2) == 0 ? 4 : 16;
            random.NextBytes(bytes);
            IPAddress prefix = new(bytes.AsSpan(0, size));
            int length = random.Next((size * 8) + 1);
            bytes[random.Next(size)] ^= (byte)(1 << random.Next(8));
            IPAddress address = new(bytes.AsSpan(0, size));
            bool expected = new IPNetwork(prefix, length) is { } network && network.Contains(address);

            Assert.Equal(expected, new InetNetwork(prefix, length).Contains(InetAddress.From(address)));
        }
    }
}
