using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class ListenerTableTests
{
    private readonly ListenerTable _listeners = new();

    [Fact]
    public void A_listener_on_any_address_takes_its_own_family()
    {
        Connection four = Add(Entries.Listener(1, 22, "0.0.0.0"));

        Assert.Same(four, Find("192.0.2.1"));
        Assert.Null(Find("2001:db8::1"));
        Assert.Null(Find("192.0.2.1", port: 23));
        Assert.Null(Find("192.0.2.1", @namespace: Entries.Namespace + 1));
        Assert.Null(Find("192.0.2.1", transport: Transport.Udp));
    }

    [Fact]
    public void A_listener_on_any_IPv6_address_takes_IPv4_too()
    {
        Connection six = Add(Entries.Listener(1, 22, "::"));

        Assert.Same(six, Find("192.0.2.1"));
        Assert.Same(six, Find("2001:db8::1"));
    }

    [Fact]
    public void A_listener_for_IPv6_only_does_not()
    {
        Connection six = Add(Entries.Listener(1, 22, "::", onlyIPv6: true));

        Assert.Null(Find("192.0.2.1"));
        Assert.Same(six, Find("2001:db8::1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_very_address_comes_before_any_of_its_family_and_that_before_any_of_both(bool backwards)
    {
        SocketEntry[] entries =
        [
            Entries.Listener(1, 22, "::"), Entries.Listener(2, 22, "0.0.0.0"), Entries.Listener(3, 22, "192.0.2.1"),
        ];
        foreach (SocketEntry entry in backwards ? entries.Reverse() : entries)
        {
            Add(entry);
        }

        Assert.Equal(3ul, Find("192.0.2.1")?.Key.Cookie);
        Assert.Equal(2ul, Find("192.0.2.2")?.Key.Cookie);
        Assert.Equal(1ul, Find("2001:db8::1")?.Key.Cookie);
    }

    [Fact]
    public void A_listener_that_was_removed_is_found_no_more_and_its_neighbour_still_is()
    {
        Connection one = Add(Entries.Listener(1, 22));
        Connection other = Add(Entries.Listener(2, 22));
        _listeners.Remove(one);
        Assert.Same(other, Find("192.0.2.1"));
        _listeners.Remove(other);
        _listeners.Remove(other);

        Assert.Null(Find("192.0.2.1"));
    }

    private Connection Add(SocketEntry entry)
    {
        Connection listener = Entries.Connection(entry);
        _listeners.Add(listener);
        return listener;
    }

    private Connection? Find(
        string local, ushort port = 22, uint @namespace = Entries.Namespace, Transport transport = Transport.Tcp) =>
        _listeners.Find(new Connection
        {
            Key = new SocketKey(@namespace, 99),
            Transport = transport,
            Tuple = new InetTuple(InetAddress.Parse(local), port, InetAddress.Parse("203.0.113.9"), 40_000),
            IsListener = false,
            FirstSeen = 5,
            StartWasSeen = true,
        });
}
