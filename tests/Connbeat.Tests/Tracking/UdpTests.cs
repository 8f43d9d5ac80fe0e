using Connbeat.Events;

namespace Connbeat.Tests.Tracking;

/// <summary>A bound UDP socket is a listener, a connected one a connection, and one socket can be both in turn.</summary>
public sealed class UdpTests
{
    private readonly Tracker _tracker = Tracker.Started();

    [Fact]
    public void A_socket_that_is_bound_connected_turned_to_another_and_closed_tells_each_life()
    {
        _tracker.Snapshot(10, Entries.Udp(7));
        _tracker.Snapshot(20, Entries.Udp(7, "198.51.100.7"));
        _tracker.Snapshot(30, Entries.Udp(7, "198.51.100.8"));
        _tracker.Snapshot(40, Entries.Udp(7));
        _tracker.Snapshot(50, Entries.Udp(7, "198.51.100.8"));
        _tracker.Destroy(60, Entries.Udp(7, "198.51.100.8"));

        Assert.Equal(
            [
                "listener_opened 7", "listener_closed 7",
                "connection_opened 7", "connection_closed 7 peer_changed",
                "connection_opened 7", "connection_closed 7",
                "listener_opened 7", "listener_closed 7",
                "connection_opened 7", "connection_closed 7",
            ],
            _tracker.Texts);
        Assert.Equal(5, _tracker.Told.Where(told => told.Action.IsFact()).Select(told => told.Life).Distinct().Count());
        Assert.Equal(0, _tracker.Table.Count);
    }

    [Fact]
    public void One_that_came_and_went_between_two_snapshots_is_told_by_its_end()
    {
        _tracker.Destroy(10, Entries.Udp(7, "198.51.100.7"));
        _tracker.Destroy(11, Entries.Udp(8));
        _tracker.Destroy(12, Entries.Udp(9, localPort: 0));

        Assert.Equal(
            [
                "connection_opened 7 seen_at_close", "connection_closed 7",
                "listener_opened 8 seen_at_close", "listener_closed 8",
            ],
            _tracker.Texts);
    }

    [Fact]
    public void One_that_connected_after_it_was_seen_bound_is_told_by_its_end()
    {
        _tracker.Snapshot(10, Entries.Udp(7));
        _tracker.Destroy(20, Entries.Udp(7, "198.51.100.7"));

        Assert.Equal(
            [
                "listener_opened 7", "listener_closed 7", "connection_opened 7 seen_at_close", "connection_closed 7",
            ],
            _tracker.Texts);
    }

    [Fact]
    public void One_that_let_go_of_its_peer_before_its_end_closes_its_connection()
    {
        _tracker.Snapshot(10, Entries.Udp(7, "198.51.100.7"));
        _tracker.Destroy(20, Entries.Udp(7));

        Assert.Equal(["connection_opened 7", "connection_closed 7"], _tracker.Texts);
    }
}
