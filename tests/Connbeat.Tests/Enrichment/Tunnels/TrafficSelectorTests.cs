using Connbeat.Enrichment.Tunnels;
using Connbeat.Linux;

namespace Connbeat.Tests.Enrichment.Tunnels;

public sealed class TrafficSelectorTests
{
    [Theory]
    [InlineData("10.1.0.0/24", "10.1.0.255", 0, true)]
    [InlineData("10.1.0.0/24", "10.1.1.0", 0, false)]
    [InlineData("10.1.0.7/24", "10.1.0.3", 0, true)]
    [InlineData("10.1.0.7", "10.1.0.7", 0, true)]
    [InlineData("10.1.0.7", "10.1.0.8", 0, false)]
    [InlineData("10.1.0.250..10.1.1.2", "10.1.1.2", 0, true)]
    [InlineData("10.1.0.250..10.1.1.2", "10.1.1.3", 0, false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", 0, true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", 0, false)]
    [InlineData("::/0", "203.0.113.9", 0, false)]
    [InlineData("::/0", "2001:db8::1", 0, true)]
    [InlineData("fd00:3::/120", "fd00:3::ff", 0, true)]
    [InlineData("fd00:3::/120", "fd00:3::100", 0, false)]
    [InlineData("10.1.0.0/24[tcp/443]", "10.1.0.1", 443, true)]
    [InlineData("10.1.0.0/24[tcp/443]", "10.1.0.1", 444, false)]
    [InlineData("10.1.0.0/24[6]", "10.1.0.1", 444, true)]
    [InlineData("10.1.0.0/24[udp/1-2000]", "10.1.0.1", 443, false)]
    [InlineData("10.1.0.0/24[/80-90]", "10.1.0.1", 85, true)]
    [InlineData("10.1.0.0/24[0/any]", "10.1.0.1", 85, true)]
    public void An_end_is_within_what_is_meant(string text, string address, ushort port, bool expected)
    {
        Assert.True(TrafficSelector.TryParse(text, out TrafficSelector selector));

        Assert.Equal(expected, selector.Covers(Transport.Tcp, InetAddress.Parse(address), port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("dynamic")]
    [InlineData("dynamic[tcp]")]
    [InlineData("10.1.0.0/33")]
    [InlineData("10.1.0.0/24[icmp/8(0)]")]
    [InlineData("10.1.0.0/24[gre]")]
    [InlineData("10.1.0.0/24[tcp/443")]
    [InlineData("10.1.0.9..10.1.0.3")]
    [InlineData("10.1.0.9..fd00::1")]
    [InlineData("17/8")]
    [InlineData("[tcp]")]
    [InlineData("[")]
    public void What_no_connection_can_be_within_is_none(string text) => Assert.False(TrafficSelector.TryParse(text, out _));
}
