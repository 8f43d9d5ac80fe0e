using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Capture;

public sealed class CaptureFilterTests
{
    private static readonly FilterOptions NoLoopback = new() { Loopback = false };

    [Fact]
    public void Without_configuration_it_is_off_and_drops_nothing()
    {
        CaptureFilter filter = new(new FilterOptions());

        Assert.False(filter.IsOn);
        Assert.False(filter.Drops(Connection("127.0.0.1", 40_312, "127.0.0.1", 443)));
        Assert.False(filter.MayHideListener(443));
    }

    [Fact]
    public void Any_one_setting_turns_it_on()
    {
        Assert.True(new CaptureFilter(NoLoopback).IsOn);
        Assert.True(new CaptureFilter(Only(443)).IsOn);
        Assert.True(new CaptureFilter(Without(443)).IsOn);
        Assert.False(new CaptureFilter(new FilterOptions { IncludeSelf = true }).IsOn);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.9.8.7", "192.0.2.17")]
    [InlineData("192.0.2.17", "127.255.255.254")]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("2001:db8::5", "::1")]
    public void A_connection_with_a_loopback_address_at_either_end_is_dropped(string local, string remote) =>
        Assert.True(new CaptureFilter(NoLoopback).Drops(Connection(local, 40_312, remote, 443)));

    [Theory]
    [InlineData("192.0.2.17", "128.0.0.1")]
    [InlineData("126.255.255.255", "192.0.2.17")]
    [InlineData("2001:db8::1", "::2")]
    [InlineData("::ffff:192.0.2.17", "::ffff:198.51.100.7")]
    public void Any_other_connection_is_not(string local, string remote) =>
        Assert.False(new CaptureFilter(NoLoopback).Drops(Connection(local, 40_312, remote, 443)));

    [Theory]
    [InlineData("127.0.0.53", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("192.0.2.17", false)]
    public void A_listener_is_dropped_where_it_is_bound_to_loopback(string address, bool dropped)
    {
        Assert.Equal(dropped, new CaptureFilter(NoLoopback).Drops(Listener(address, 53, Transport.Tcp)));
        Assert.Equal(dropped, new CaptureFilter(NoLoopback).Drops(Listener(address, 53, Transport.Udp)));
    }

    [Theory]
    [InlineData(443, 50_000, false)]
    [InlineData(50_000, 443, false)]
    [InlineData(8_000, 50_000, false)]
    [InlineData(50_000, 8_100, false)]
    [InlineData(7_999, 8_101, true)]
    [InlineData(444, 442, true)]
    public void Of_connections_only_those_with_a_wanted_port_are_kept(int local, int remote, bool dropped)
    {
        CaptureFilter filter = new(new FilterOptions { Ports = [new(443, 443), new(8_000, 8_100)] });

        Assert.Equal(dropped, filter.Drops(Connection("192.0.2.17", local, "198.51.100.7", remote)));
    }

    [Theory]
    [InlineData(53, 50_000, true)]
    [InlineData(50_000, 53, true)]
    [InlineData(65_535, 50_000, true)]
    [InlineData(1, 50_000, true)]
    [InlineData(52, 54, false)]
    public void Connections_with_an_unwanted_port_are_dropped(int local, int remote, bool dropped)
    {
        CaptureFilter filter = new(
            new FilterOptions { ExcludePorts = [new(53, 53), new(1, 1), new(65_535, 65_535)] });

        Assert.Equal(dropped, filter.Drops(Connection("192.0.2.17", local, "198.51.100.7", remote)));
    }

    [Theory]
    [InlineData(Transport.Tcp)]
    [InlineData(Transport.Udp)]
    public void A_listener_is_judged_by_its_one_port(object transport)
    {
        Assert.False(new CaptureFilter(Only(443)).Drops(Listener("0.0.0.0", 443, (Transport)transport)));
        Assert.True(new CaptureFilter(Only(443)).Drops(Listener("0.0.0.0", 444, (Transport)transport)));
        Assert.True(new CaptureFilter(Without(443)).Drops(Listener("0.0.0.0", 443, (Transport)transport)));
        Assert.False(new CaptureFilter(Without(443)).Drops(Listener("0.0.0.0", 444, (Transport)transport)));
    }

    [Fact]
    public void What_is_both_wanted_and_unwanted_is_dropped() =>
        Assert.True(new CaptureFilter(new FilterOptions { Ports = [new(443, 443)], ExcludePorts = [new(53, 53)] })
            .Drops(Connection("192.0.2.17", 443, "198.51.100.7", 53)));

    /// <summary>A refused connect to a wanted port is known; its end must get through to close it.</summary>
    [Theory]
    [InlineData(50_000, 0)]
    [InlineData(0, 0)]
    public void The_end_of_a_socket_that_lost_its_ports_is_kept(int local, int remote)
    {
        SocketEntry end = Connection("192.0.2.17", local, "0.0.0.0", remote) with { State = TcpState.Close };

        Assert.False(new CaptureFilter(Only(443)).Drops(end));
        Assert.False(new CaptureFilter(Without(50_000)).Drops(end));
    }

    [Fact]
    public void A_listener_may_be_hidden_only_where_its_port_is_not_among_the_wanted()
    {
        Assert.False(new CaptureFilter(Only(443)).MayHideListener(443));
        Assert.True(new CaptureFilter(Only(443)).MayHideListener(8080));
        Assert.False(new CaptureFilter(Without(8080)).MayHideListener(8080));
    }

    [Fact]
    public void To_ask_makes_no_garbage()
    {
        CaptureFilter filter = new(
            new FilterOptions { Loopback = false, Ports = [new(1, 443)], ExcludePorts = [new(53, 53)] });
        SocketEntry entry = Connection("192.0.2.17", 50_000, "198.51.100.7", 443);
        int dropped = filter.Drops(entry) ? 1 : 0;

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
        {
            dropped += filter.Drops(entry) ? 1 : 0;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999); // nothing for each: the runtime may need something once
        Assert.Equal(0, dropped);
    }

    private static FilterOptions Only(ushort port) => new() { Ports = [new(port, port)] };

    private static FilterOptions Without(ushort port) => new() { ExcludePorts = [new(port, port)] };

    private static SocketEntry Connection(string local, int localPort, string remote, int remotePort) => new()
    {
        Transport = Transport.Tcp,
        State = TcpState.Established,
        Tuple = new InetTuple(
            InetAddress.Parse(local), (ushort)localPort, InetAddress.Parse(remote), (ushort)remotePort),
    };

    private static SocketEntry Listener(string address, ushort port, Transport transport) => new()
    {
        Transport = transport,
        State = transport is Transport.Udp ? TcpState.Close : TcpState.Listen,
        Tuple = new InetTuple(InetAddress.Parse(address), port, default, 0),
    };
}
