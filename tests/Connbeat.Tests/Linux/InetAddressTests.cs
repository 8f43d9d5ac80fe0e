using System.Net;
using System.Text;
using Connbeat.Linux;

namespace Connbeat.Tests.Linux;

public sealed class InetAddressTests
{
    [Theory]
    [InlineData("192.0.2.17")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("2001:db8:1:2:3:4:5:6")]
    [InlineData("2001:db8::a:0:0:1")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::c000:211")]
    [InlineData("fe80::f00:1")]
    public void An_address_is_written_as_it_is_read(string text)
    {
        InetAddress address = InetAddress.Parse(text);
        Span<byte> utf8 = stackalloc byte[45];

        Assert.Equal(text, address.ToString());
        Assert.Equal(text, Encoding.UTF8.GetString(utf8[..address.FormatUtf8(utf8)]));
    }

    [Fact]
    public void A_mapped_address_is_the_IPv4_address()
    {
        InetAddress mapped = InetAddress.From(IPAddress.Parse("::ffff:192.0.2.17"));

        Assert.Equal(InetAddress.Parse("192.0.2.17"), mapped);
        Assert.True(mapped.IsIPv4);
        Assert.Equal("192.0.2.17", mapped.ToString());
    }

    [Fact]
    public void Any_IPv4_and_any_IPv6_are_two()
    {
        Assert.NotEqual(InetAddress.Parse("0.0.0.0"), InetAddress.Parse("::"));
        Assert.True(InetAddress.Parse("0.0.0.0").IsAny);
        Assert.True(InetAddress.Parse("::").IsAny);
        Assert.False(InetAddress.Parse("::1").IsAny);
        Assert.False(InetAddress.Parse("0.0.0.1").IsAny);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.3.4", true)]
    [InlineData("128.0.0.1", false)]
    [InlineData("126.255.255.255", false)]
    [InlineData("::1", true)]
    [InlineData("::2", false)]
    [InlineData("::7f00:1", false)]
    [InlineData("2001:db8::7f00:1", false)]
    public void Loopback_is_the_whole_network(string text, bool isLoopback) =>
        Assert.Equal(isLoopback, InetAddress.Parse(text).IsLoopback);

    [Theory]
    [InlineData("192.0.2.17", "C0000211")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010DB8000100020003000400050006")]
    public void Bytes_are_in_network_order(string text, string hex)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = InetAddress.Parse(text).Write(bytes);

        Assert.Equal(hex, Convert.ToHexString(bytes[..length]));
    }

    [Fact]
    public void Too_few_bytes_are_refused()
    {
        Assert.Throws<WireFormatException>(() => InetAddress.FromIPv4(new byte[3]));
        Assert.Throws<WireFormatException>(() => InetAddress.FromIPv6(new byte[15]));
    }
}
