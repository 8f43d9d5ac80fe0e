using Connbeat.Linux;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class SocketStatesTests
{
    [Theory]
    [InlineData("unconn", TcpState.Close)]
    [InlineData("Unconnected", TcpState.Close)]
    [InlineData("ESTAB", TcpState.Established)]
    [InlineData("time_wait", TcpState.TimeWait)]
    [InlineData("fin-wait-1", TcpState.FinWait1)]
    public void A_state_goes_by_its_name_however_it_is_written(string name, object state)
    {
        Assert.True(SocketStates.TryParse(name, out TcpState parsed));
        Assert.Equal(state, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("close")]
    [InlineData("fin-wait")]
    public void What_is_no_state_is_refused(string name) => Assert.False(SocketStates.TryParse(name, out _));

    [Fact]
    public void Every_name_that_is_shown_can_be_asked_for()
    {
        foreach (TcpState state in Enum.GetValues<TcpState>().Except([TcpState.Unknown, TcpState.NewSynReceived]))
        {
            Assert.True(SocketStates.TryParse(SocketStates.Name(Transport.Tcp, state), out TcpState parsed));
            Assert.Equal(state, parsed);
        }
    }

    [Theory]
    [InlineData(TcpState.Established, "ESTAB")]
    [InlineData(TcpState.Close, "UNCONN")]
    [InlineData(TcpState.Unknown, "UNCONN")]
    public void A_udp_socket_is_connected_or_not(object state, string name) =>
        Assert.Equal(name, SocketStates.Name(Transport.Udp, (TcpState)state));
}
