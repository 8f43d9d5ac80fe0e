using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class DirectionsTests
{
    /// <summary>All is acknowledged, but not all was sent once: nobody can tell the SYN from payload.</summary>
    private static readonly TcpFigures Silent = Figures.Of(acknowledged: 5, sent: 10, unacknowledged: 1);

    private readonly ListenerTable _listeners = new();

    [Fact]
    public void A_listener_listens() =>
        Assert.Equal(Direction.Listening, Of(Entries.Listener(1, 22)));

    [Fact]
    public void The_figures_tell_who_began_whatever_listens()
    {
        Assert.Equal(Direction.Inbound, Of(Entries.Socket(1, figures: Figures.Acceptor)));
        _listeners.Add(Entries.Connection(Entries.Listener(2, 40_000)));
        Assert.Equal(Direction.Outbound, Of(Entries.Socket(1, figures: Figures.Initiator)));
    }

    [Fact]
    public void Where_they_do_not_tell_a_listener_on_the_port_does()
    {
        Assert.Equal(Direction.Outbound, Of(Entries.Socket(1, figures: Silent)));
        _listeners.Add(Entries.Connection(Entries.Listener(2, 40_000, "::")));
        Assert.Equal(Direction.Inbound, Of(Entries.Socket(1, figures: Silent)));
    }

    [Fact]
    public void Who_sent_a_SYN_began() =>
        Assert.Equal(Direction.Outbound, Of(Entries.Socket(1, TcpState.SynSent)));

    [Fact]
    public void To_connect_a_UDP_socket_is_to_begin_unless_a_server_shares_the_port()
    {
        Assert.Equal(Direction.Outbound, Of(Entries.Udp(1, "198.51.100.7")));
        _listeners.Add(Entries.Connection(Entries.Listener(2, 5_353)));
        Assert.Equal(Direction.Outbound, Of(Entries.Udp(1, "198.51.100.7")));
        _listeners.Add(Entries.Connection(Entries.Udp(3)));
        Assert.Equal(Direction.Inbound, Of(Entries.Udp(1, "198.51.100.7")));
        Assert.Equal(Direction.Listening, Of(Entries.Udp(3)));
    }

    [Fact]
    public void Where_a_listener_may_be_hidden_its_absence_proves_nothing()
    {
        ListenerTable filtered = new(mayBeHidden: port => port == 40_000);

        Assert.Equal(Direction.Unknown, Directions.Of(Entries.Connection(Entries.Socket(1, figures: Silent)), filtered));
        Assert.Equal(Direction.Outbound, Directions.Of(
            Entries.Connection(Entries.Socket(1, tuple: Entries.Tuple(localPort: 40_001), figures: Silent)), filtered));
    }

    private Direction Of(in SocketEntry entry) => Directions.Of(Entries.Connection(entry), _listeners);
}
