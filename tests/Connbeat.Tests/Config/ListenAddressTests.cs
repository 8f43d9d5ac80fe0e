using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9479", "127.0.0.1:9479")]
    [InlineData("[::1]:9479", "[::1]:9479")]
    [InlineData(":9479", ":9479")]
    [InlineData("*:9479", ":9479")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("unix:/run/connbeat.sock", "unix:/run/connbeat.sock")]
    public void An_address_is_understood(string text, string expected)
    {
        Assert.True(ListenAddress.TryParse(text, out ListenAddress? address));
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("9479")]
    [InlineData("host:9479")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("unix:")]
    public void Anything_else_is_not(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
