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

    private Direction Of(in SocketEntry entry) => Directions.Of(Entries.Connection(entry), _listeners);
}
