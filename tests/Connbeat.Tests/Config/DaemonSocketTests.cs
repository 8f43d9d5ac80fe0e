using Connbeat.Config;
using Connbeat.StrongSwan.Vici;

namespace Connbeat.Tests.Config;

public sealed class DaemonSocketTests
{
    [Theory]
    [InlineData("/var/run/charon.vici")]
    [InlineData("unix:///run/charon.vici")]
    [InlineData("tcp://127.0.0.1:4502")]
    [InlineData("tcp://localhost:4502")]
    [InlineData("tcp://[::1]:4502")]
    public void What_is_taken_can_be_asked(string text)
    {
        Assert.True(DaemonSocket.IsOne(text));
        Assert.True(ViciAddress.TryParse(text, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("off")]
    [InlineData("/")]
    [InlineData("charon.vici")]
    [InlineData("tcp://:4502")]
    [InlineData("tcp://localhost:0")]
    [InlineData("http://localhost:80")]
    public void Anything_else_is_not(string text) => Assert.False(DaemonSocket.IsOne(text));
}
