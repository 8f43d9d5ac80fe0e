using Connbeat.Config;
using Connbeat.Exporters.SocketWatch;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Exporters.SocketWatch;

public sealed class SocketRuleTests
{
    private static readonly SocketEntry Listener = new()
    {
        Transport = Transport.Tcp,
        State = TcpState.Listen,
        Tuple = new InetTuple(InetAddress.Parse("0.0.0.0"), 80, default, 0),
    };

    private static readonly SocketEntry Connected = new()
    {
        Transport = Transport.Tcp,
        State = TcpState.Established,
        Tuple = new InetTuple(InetAddress.Parse("10.0.0.1"), 80, InetAddress.Parse("192.0.2.7"), 5555),
    };

    [Theory]
    [InlineData("", TcpState.Established, true)]
    [InlineData("", TcpState.CloseWait, false)]
    [InlineData("time-wait", TcpState.TimeWait, true)]
    [InlineData("time-wait", TcpState.Established, false)]
    public void What_seenconnected_seenin_the_state_that_seenwatched(string state, object seen, bool matches)
    {
        SocketRule rule = Rule(Socket() with { Listens = false, SourceHost = "*", SourcePort = null, State = state });

        Assert.Equal(matches, rule.Matches(Connected with { State = (TcpState)seen }));
        Assert.Equal(matches, (rule.States & (TcpStates)(1u << (int)(TcpState)seen)) != 0);
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("any", true)]
    [InlineData("ANY", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0/0", true)]
    public void A_listener_is_at_the_address_that_it_is_bound_to(string host, bool matches) =>
        Assert.Equal(matches, Rule(Socket() with { SourceHost = host }).Matches(Listener));

    [Fact]
    public void One_that_listens_on_one_address_is_not_on_every_one()
    {
        SocketEntry local = Listener with { Tuple = Listener.Tuple with { Local = InetAddress.Parse("127.0.0.1") } };
        Assert.False(Rule(Socket() with { SourceHost = "*" }).Matches(local));
        Assert.True(Rule(Socket() with { SourceHost = "127.0.0.0/8" }).Matches(local));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "any", true)]
    [InlineData("10.0.0.1", "192.0.2.7", true)]
    [InlineData("10.0.0.2", "", false)]
    [InlineData("", "192.0.2.8", false)]
    [InlineData("", "192.0.2.0/24", true)]
    public void A_connection_is_between_both_ends(string source, string destination, bool matches)
    {
        WatchedSocket watched = Socket() with { Listens = false, SourceHost = source, DestinationHost = destination };
        Assert.Equal(matches, Rule(watched).Matches(Connected));
    }

    [Fact]
    public void Ports_may_be_ranges()
    {
        WatchedSocket watched = Socket() with { Listens = false, SourcePort = null, DestinationPort = new PortRange(5000, 6000) };
        Assert.True(Rule(watched).Matches(Connected));
        Assert.False(Rule(watched with { DestinationPort = new PortRange(5556, 6000) }).Matches(Connected));
        Assert.False(Rule(watched with { SourcePort = new PortRange(81, 81) }).Matches(Connected));
    }

    [Theory]
    [InlineData("tcp", false, true)]
    [InlineData("tcp4", false, true)]
    [InlineData("tcp6", false, false)]
    [InlineData("tcp6", true, true)]
    [InlineData("tcp", true, false)]
    [InlineData("udp", false, false)]
    public void The_protocol_says_of_which_family_the_socket_is(string protocol, bool isIPv6, bool matches)
    {
        WatchedSocket watched = Socket() with { Protocol = protocol, SourceHost = "0.0.0.0" };
        Assert.Equal(matches, Rule(watched).Matches(Listener with { IsIPv6 = isIPv6 }));
    }

    [Fact]
    public void What_listens_by_UDP_is_what_is_bound_and_not_connected()
    {
        SocketEntry bound = Listener with { Transport = Transport.Udp, State = TcpState.Close };
        WatchedSocket watched = Socket() with { Protocol = "udp" };
        Assert.True(Rule(watched).Matches(bound));
        Assert.False(Rule(watched).Matches(bound with { State = TcpState.Established }));
        Assert.True(Rule(watched with { Listens = false, SourceHost = "" }).Matches(bound with { State = TcpState.Established }));
    }

    [Theory]
    [InlineData("ngin.*", true)]
    [InlineData("ngin", false)]
    [InlineData("apache|nginx", true)]
    [InlineData("apache|ngi", false)]
    public void A_pattern_is_that_of_the_whole_name(string pattern, bool matches) =>
        Assert.Equal(matches, Rule(Socket() with { Process = pattern }).Process!.IsMatch("nginx"));

    private static WatchedSocket Socket() => new()
    {
        Name = "n",
        Listens = true,
        SourceHost = "*",
        SourcePort = new PortRange(80, 80),
    };

    private static SocketRule Rule(WatchedSocket watched) => new(watched);
}
