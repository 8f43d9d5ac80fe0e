using Connbeat.Config;

namespace Connbeat.Tests.Config;

/// <summary>The cases of golang.org/x/net/http/httpproxy, in our words.</summary>
public sealed class NoProxyTests
{
    private const string List = "barbaz.net, .foo.com, 192.0.2.7, 198.51.100.0/24, [2001:db8::7], 2001:db8:1::/48, *.star.org," +
        "ported.com:8080, 203.0.113.9:81, UPPER.com,, ";

    [Theory]
    [InlineData("barbaz.net")]
    [InlineData("www.barbaz.net")]
    [InlineData("www.BARBAZ.net.")]
    [InlineData("www.foo.com")]
    [InlineData("a.b.star.org")]
    [InlineData("upper.com")]
    [InlineData("192.0.2.7")]
    [InlineData("192.0.2.7:9200")]
    [InlineData("198.51.100.255")]
    [InlineData("[2001:db8::7]")]
    [InlineData("[2001:db8:1:2::3]:81")]
    [InlineData("ported.com:8080")]
    [InlineData("www.ported.com:8080")]
    [InlineData("203.0.113.9:81")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9:81")]
    [InlineData("[::1]")]
    public void These_are_named(string host) => Assert.True(NoProxy.Names(List, new Uri($"http://{host}/")));

    [Theory]
    [InlineData("foobarbaz.net")]
    [InlineData("foo.com")]
    [InlineData("star.org")]
    [InlineData("192.0.2.8")]
    [InlineData("192.0.2.70")]
    [InlineData("198.51.101.0")]
    [InlineData("[2001:db8::8]")]
    [InlineData("[2001:db8:2::]")]
    [InlineData("ported.com")]
    [InlineData("203.0.113.9")]
    [InlineData("prep.ai.mit.edu")]
    public void These_are_not(string host) => Assert.False(NoProxy.Names(List, new Uri($"http://{host}/")));

    [Fact]
    public void An_empty_list_names_this_host_alone_and_a_star_all()
    {
        Assert.False(NoProxy.Names("", new Uri("http://a")));
        Assert.True(NoProxy.Names("", new Uri("http://localhost")));
        Assert.True(NoProxy.Names("*", new Uri("http://a")));
    }
}
