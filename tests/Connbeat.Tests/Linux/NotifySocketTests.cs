using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux;

public sealed class NotifySocketTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_listens_is_told(bool isAbstract)
    {
        using NotifyListener listener = new(isAbstract);
        using NotifySocket? socket = NotifySocket.Open(listener.Address);

        Assert.True(socket!.Tell("READY=1", "STATUS=Grüße"));
        Assert.Equal("READY=1 STATUS=Grüße", listener.Next());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("/")]
    [InlineData("vsock:2:1234")]
    [InlineData("relative")]
    public void An_address_that_is_none_is_nobody(string? address) => Assert.Null(NotifySocket.Open(address));

    [Fact]
    public void An_address_that_is_too_long_is_nobody() => Assert.Null(NotifySocket.Open('/' + new string('x', 200)));

    [Fact]
    public void Nothing_is_waited_for()
    {
        using NotifyListener listener = new();
        using NotifySocket? socket = NotifySocket.Open(listener.Address);
        int taken = 0;
        while (socket!.Tell("WATCHDOG=1"))
        {
            Assert.True(++taken < 100_000, "the kernel takes any number");
        }

        listener.Dispose();
        Assert.False(socket.Tell("WATCHDOG=1"));
        Assert.True(taken > 0);
    }
}
