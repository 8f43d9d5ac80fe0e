using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class ConnectionTests
{
    [Fact]
    public void The_initiators_SYN_is_not_payload()
    {
        Connection connection = Entries.Connection(Entries.Socket(
            7, figures: Figures.Of(acknowledged: 101, received: 200, sent: 100, rtt: 55, retransmits: 3)));

        Assert.Equal((100L, 200L), (connection.BytesSent, connection.BytesReceived));
        Assert.Equal((55u, 3u, true), (connection.RttMicroseconds, connection.Retransmits, connection.Initiated));
    }

    [Fact]
    public void The_other_ends_FIN_is_not_payload()
    {
        Connection connection = Entries.Connection(Entries.Socket(
            7, TcpState.CloseWait, figures: Figures.Of(acknowledged: 101, received: 201, sent: 100)));
        Assert.Equal(200, connection.BytesReceived);

        connection.Observe(Entries.Destroyed(7, figures: Figures.Of(acknowledged: 102, received: 201, sent: 100)), destroyed: true);
        Assert.Equal((100L, 200L), (connection.BytesSent, connection.BytesReceived));
        Assert.Equal(TcpState.CloseWait, connection.State);
    }

    [Fact]
    public void What_is_not_told_stays_as_it_was()
    {
        Connection connection = Entries.Connection(Entries.Socket(
            7, inode: 50, uid: 33, figures: Figures.Of(acknowledged: 101, sent: 100, rtt: 55)));
        connection.Observe(Entries.Destroyed(7, figures: default(TcpFigures)), destroyed: true);

        Assert.Equal((50u, 33u, 100L, 55u), (connection.Inode, connection.Uid, connection.BytesSent, connection.RttMicroseconds));
    }

    [Fact]
    public void A_round_trip_that_was_not_measured_is_not_zero() =>
        Assert.Null(Entries.Connection(Entries.Socket(7, figures: Figures.Of())).RttMicroseconds);

    [Fact]
    public void A_listener_has_no_bytes() =>
        Assert.Null(Entries.Connection(Entries.Listener(7, 22) with { Tcp = Figures.Of(received: 5) }).BytesReceived);
}
