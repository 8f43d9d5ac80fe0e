using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class PortRangeTests
{
    [Theory]
    [InlineData("1", 1, 1)]
    [InlineData("65535", 65535, 65535)]
    [InlineData("8000-8100", 8000, 8100)]
    [InlineData("22-22", 22, 22)]
    public void A_port_or_a_range_is_read(string text, int first, int last)
    {
        Assert.True(PortRange.TryParse(text, out PortRange range));
        Assert.Equal(new PortRange((ushort)first, (ushort)last), range);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0-5")]
    [InlineData("5-0")]
    [InlineData("-5")]
    [InlineData("5-")]
    [InlineData("-")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("5 - 6")]
    [InlineData("6-5")]
    [InlineData("1-2-3")]
    [InlineData("65536")]
    [InlineData("1-65536")]
    [InlineData("https")]
    [InlineData("4.5")]
    [InlineData("0x16")]
    public void Anything_else_is_none(string text) => Assert.False(PortRange.TryParse(text, out _));
}
