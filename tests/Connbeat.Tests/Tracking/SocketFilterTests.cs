using System.Net;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class SocketFilterTests
{
    private static readonly Connection Socket = Owned(Entries.Connection(Entries.Socket(7)));
    private static readonly Connection Listener = Entries.Connection(Entries.Listener(8, 443));
    private static readonly Connection Bound = Contained(Udp(9, TcpState.Close, Entries.ListenerTuple(53)));
    private static readonly Connection Query = Udp(10, TcpState.Established, Entries.Tuple(remotePort: 53));

    [Fact]
    public void What_is_not_asked_is_not_filtered() => Shows(new SocketFilter(), Socket, Listener, Bound, Query);

    [Fact]
    public void Listening_sockets_only() => Shows(new SocketFilter { Listening = true }, Listener, Bound);

    [Theory]
    [InlineData("comm")]
    [InlineData("binary")]
    public void A_process_by_either_of_its_names(string name) => Shows(new SocketFilter { Process = name }, Socket);

    [Fact]
    public void A_process_of_another_name_has_none() => Shows(new SocketFilter { Process = "com" });

    [Fact]
    public void A_process_by_its_id() => Shows(new SocketFilter { Pid = 700 }, Socket);

    [Fact]
    public void A_port_at_either_end()
    {
        Shows(new SocketFilter { Port = 443 }, Socket, Listener);
        Shows(new SocketFilter { Port = 40_000 }, Socket, Query);
    }

    [Fact]
    public void A_network_at_the_other_end()
    {
        Shows(new SocketFilter { Remote = IPNetwork.Parse("198.51.100.0/24") }, Socket, Query);
        Shows(new SocketFilter { Remote = IPNetwork.Parse("0.0.0.0/0") }, Socket, Query);
        Shows(new SocketFilter { Remote = IPNetwork.Parse("::/0") });
    }

    [Fact]
    public void A_state()
    {
        Shows(new SocketFilter { State = TcpState.Established }, Socket, Query);
        Shows(new SocketFilter { State = TcpState.Close }, Bound);
        Shows(new SocketFilter { State = TcpState.Listen }, Listener);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("4f1c9a")]
    [InlineData("4f1c9a0b2d3e")]
    public void A_container_by_how_its_id_begins(string id) => Shows(new SocketFilter { Container = id }, Bound);

    [Theory]
    [InlineData("f1c9")]
    [InlineData("4F1C")]
    [InlineData("4f1c9a0b2d3e5")]
    [InlineData("0b5c")]
    public void Not_by_any_other_part_of_it(string id) => Shows(new SocketFilter { Container = id });

    [Fact]
    public void A_pod_goes_by_its_uid_where_no_single_container_is_known()
    {
        Connection socket = Udp(11, TcpState.Close, Entries.ListenerTuple(53));
        socket.Cgroup = new CgroupFacts(null, new ContainerFacts { PodUid = "0b5c7d21-9e3f" });

        Assert.True(new SocketFilter { Container = "0b5c" }.Matches(socket));
    }

    [Fact]
    public void Without_a_state_all_that_is_watched_is_asked_for()
    {
        Assert.Equal(TcpStates.Watched, new SocketFilter().States(Transport.Tcp));
        Assert.Equal(Bits(TcpState.Established, TcpState.Close), new SocketFilter().States(Transport.Udp));
    }

    [Theory]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.TimeWait)]
    [InlineData(TcpState.SynReceived)]
    [InlineData(TcpState.Listen)]
    public void A_state_of_tcp_is_asked_for_with_the_listeners(object state) => Assert.Equal(
        Bits((TcpState)state, TcpState.Listen), new SocketFilter { State = (TcpState)state }.States(Transport.Tcp));

    [Theory]
    [InlineData(TcpState.Established)]
    [InlineData(TcpState.Close)]
    public void A_state_of_udp_is_asked_for_with_the_bound_sockets(object state) => Assert.Equal(
        Bits((TcpState)state, TcpState.Close), new SocketFilter { State = (TcpState)state }.States(Transport.Udp));

    [Fact]
    public void A_protocol_that_has_no_such_state_is_not_asked()
    {
        Assert.Equal(TcpStates.None, new SocketFilter { State = TcpState.Close }.States(Transport.Tcp));
        Assert.Equal(TcpStates.None, new SocketFilter { State = TcpState.Listen }.States(Transport.Udp));
        Assert.Equal(
            TcpStates.None,
            new SocketFilter { State = TcpState.Established, Listening = true }.States(Transport.Udp));
    }

    [Fact]
    public void Where_only_listeners_are_shown_only_they_are_asked_for()
    {
        Assert.Equal(TcpStates.Listening, new SocketFilter { Listening = true }.States(Transport.Tcp));
        Assert.Equal(Bits(TcpState.Close), new SocketFilter { Listening = true }.States(Transport.Udp));
    }

    private static TcpStates Bits(params TcpState[] states) =>
        (TcpStates)states.Aggregate(0u, (bits, state) => bits | 1u << (int)state);

    private static Connection Udp(ulong cookie, TcpState state, InetTuple tuple) =>
        Entries.Connection(Entries.Socket(cookie, state, tuple) with { Transport = Transport.Udp });

    private static Connection Contained(Connection socket)
    {
        ContainerFacts container = new() { Id = "4f1c9a0b2d3e", PodUid = "0b5c7d21-9e3f" };
        socket.Owner = new ProcessFacts { Pid = 900, StartTicks = 1, Name = "named", Container = container };
        return socket;
    }

    private static Connection Owned(Connection socket)
    {
        socket.Owner = new ProcessFacts { Pid = 700, StartTicks = 1, Name = "comm", Executable = "/opt/binary" };
        return socket;
    }

    private static void Shows(SocketFilter filter, params Connection[] expected) =>
        Assert.Equal(expected, new[] { Socket, Listener, Bound, Query }.Where(filter.Matches));
}
