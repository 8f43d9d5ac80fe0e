using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class ConnectionTableTests
{
    private static readonly InetTuple Elsewhere = Entries.Tuple("203.0.113.9");

    [Fact]
    public void What_the_first_snapshot_shows_was_there_at_the_start_and_what_a_later_one_shows_was_not()
    {
        Tracker tracker = new();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Scan();
        tracker.Snapshot(20, Entries.Socket(7), Entries.Socket(8));
        tracker.Advance(20);

        Assert.Equal(["connection_opened 8", "connection_opened 7 seen_at_start"], tracker.Texts);
        Assert.Equal([false, true], tracker.Table.Connections.Select(connection => connection.StartWasSeen));
    }

    [Fact]
    public void What_a_whole_snapshot_lacks_is_closed_at_its_begin()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7), Entries.Listener(8, 443));
        tracker.Snapshot(20);

        Assert.Equal(
            ["connection_opened 7", "listener_opened 8", "connection_closed 7", "listener_closed 8"], tracker.Texts);
        Assert.Equal([20, 20], tracker.Told.Skip(2).Select(told => told.At));
        Assert.Equal(0, tracker.Table.Count);
    }

    [Fact]
    public void What_an_incomplete_snapshot_lacks_may_be_there()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Part(20, isLast: true, isComplete: false);

        Assert.Equal(["connection_opened 7"], tracker.Texts);
    }

    [Fact]
    public void What_was_seen_after_a_snapshot_began_is_not_closed_by_its_absence_there()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(30, Entries.Socket(7));
        tracker.Snapshot(20);

        Assert.Equal(["connection_opened 7"], tracker.Texts);
    }

    [Fact]
    public void A_row_of_a_socket_whose_end_was_heard_is_ignored()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Part(20);
        tracker.Destroy(21, Entries.Destroyed(7));
        tracker.Part(20, isLast: true, sockets: Entries.Socket(7));

        Assert.Equal(["connection_opened 7", "connection_closed 7"], tracker.Texts);
    }

    [Fact]
    public void A_socket_that_ended_or_changed_while_a_snapshot_was_read_does_not_hide_that_another_is_missing()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7), Entries.Socket(8), Entries.Socket(9));
        tracker.Part(20, sockets: [Entries.Socket(7), Entries.Socket(8, tuple: Elsewhere)]);
        tracker.Destroy(21, Entries.Destroyed(7));
        tracker.Part(20, isLast: true);

        Assert.Equal("connection_closed 9", tracker.Texts.Last());
    }

    [Fact]
    public void A_socket_that_came_and_went_between_two_snapshots_is_opened_and_closed()
    {
        Tracker tracker = Tracker.Started();
        tracker.Destroy(15, Entries.Destroyed(7));

        Assert.Equal(["connection_opened 7 seen_at_close", "connection_closed 7"], tracker.Texts);
        Assert.Equal(0, tracker.Table.Count);
    }

    [Fact]
    public void One_that_never_finished_its_handshake_has_failed_unless_it_came_through_a_listener()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Listener(6, port: 22));
        tracker.Destroy(15, Entries.Destroyed(7, figures: Figures.Connecting));
        tracker.Destroy(16, Entries.Destroyed(8, Entries.Tuple(localPort: 22), Figures.Connecting));

        Assert.Equal(
            ["listener_opened 6", "connection_failed 7", "connection_opened 8 seen_at_close", "connection_closed 8"],
            tracker.Texts);
    }

    [Fact]
    public void A_socket_that_never_had_two_ends_is_not_told()
    {
        Tracker tracker = Tracker.Started();
        tracker.Destroy(15, Entries.DestroyedWithoutEnds(7));

        Assert.Empty(tracker.Told);
    }

    [Fact]
    public void A_connect_is_told_when_it_succeeds_with_the_time_it_did()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7, TcpState.SynSent));
        Assert.Empty(tracker.Told);
        tracker.Snapshot(20, Entries.Socket(7));

        Told opened = Assert.Single(tracker.Told);
        Assert.Equal(("connection_opened 7", 20, Direction.Outbound), (opened.Text, opened.At, opened.Direction));
    }

    [Fact]
    public void A_connect_that_is_refused_has_failed()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7, TcpState.SynSent), Entries.Socket(8, TcpState.SynSent));
        tracker.Destroy(15, Entries.DestroyedWithoutEnds(7));
        tracker.Snapshot(20);

        Assert.Equal(["connection_failed 7", "connection_failed 8"], tracker.Texts);
        Assert.All(tracker.Told, failed => Assert.Equal(Direction.Outbound, failed.Direction));
    }

    [Fact]
    public void A_connect_that_succeeded_and_ended_unseen_is_opened_and_closed()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7, TcpState.SynSent));
        tracker.Destroy(15, Entries.Destroyed(7));

        Assert.Equal(["connection_opened 7", "connection_closed 7"], tracker.Texts);
    }

    [Fact]
    public void Another_peer_is_another_connection()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Snapshot(20, Entries.Socket(7, tuple: Elsewhere));
        tracker.Destroy(25, Entries.Destroyed(7, Elsewhere));

        Assert.Equal(
            ["connection_opened 7", "connection_closed 7 peer_changed", "connection_opened 7", "connection_closed 7"],
            tracker.Texts);
        Assert.Equal([0u, 0u, 1u, 1u], tracker.Told.Select(told => told.Life));
    }

    [Fact]
    public void The_same_peer_again_is_another_connection_where_its_connecting_was_seen()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Snapshot(20, Entries.Socket(7, TcpState.SynSent));
        tracker.Snapshot(30, Entries.Socket(7));

        Assert.Equal(
            ["connection_opened 7", "connection_closed 7 peer_changed", "connection_opened 7"], tracker.Texts);
        Assert.Equal([0u, 0u, 1u], tracker.Told.Select(told => told.Life));
    }

    [Fact]
    public void A_last_word_of_another_peer_closes_what_was_known_and_tells_what_was_not()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Destroy(15, Entries.Destroyed(7, Elsewhere));

        Assert.Equal(
            [
                "connection_opened 7", "connection_closed 7 peer_changed",
                "connection_opened 7 seen_at_close", "connection_closed 7",
            ],
            tracker.Texts);
        Assert.Equal(Elsewhere, tracker.Told[^1].Tuple);
    }

    [Fact]
    public void A_listener_whose_socket_then_connected_unseen_is_closed_and_the_connection_told()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Listener(7, port: 22));
        tracker.Destroy(15, Entries.Destroyed(7));

        Assert.Equal(
            ["listener_opened 7", "listener_closed 7", "connection_opened 7 seen_at_close", "connection_closed 7"],
            tracker.Texts);
    }

    [Fact]
    public void A_socket_that_was_reset_ends_once_although_its_last_word_comes_later()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Snapshot(20);
        tracker.Snapshot(30);
        tracker.Destroy(35, Entries.Destroyed(7));

        Assert.Equal(["connection_opened 7", "connection_closed 7"], tracker.Texts);
    }

    [Fact]
    public void A_socket_that_was_reset_and_connects_again_has_another_life()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Snapshot(20);
        tracker.Snapshot(30, Entries.Socket(7));
        tracker.Snapshot(40);
        tracker.Destroy(45, Entries.Destroyed(7, Elsewhere));

        Assert.Equal([0u, 0u, 1u, 1u, 2u, 2u], tracker.Told.Select(told => told.Life));
    }

    [Fact]
    public void What_is_missing_after_an_overrun_was_lost_in_it_until_a_whole_snapshot_has_shown_the_rest()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7), Entries.Socket(8));
        tracker.Overrun(15);
        tracker.Part(20, isLast: true, isComplete: false);
        tracker.Snapshot(30, Entries.Socket(8));
        tracker.Snapshot(40);

        Assert.Equal(["connection_closed 7 lost_in_overrun", "connection_closed 8"], tracker.Texts.Skip(2));
    }

    [Fact]
    public void An_overrun_while_a_snapshot_was_read_counts_for_the_next_one_too()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Part(20, sockets: Entries.Socket(7));
        tracker.Overrun(21);
        tracker.Part(20, isLast: true);
        tracker.Snapshot(30);

        Assert.Equal("connection_closed 7 lost_in_overrun", tracker.Texts.Last());
    }

    [Fact]
    public void What_an_earlier_run_told_is_reported_when_it_is_seen_and_closed_when_it_is_not()
    {
        Tracker tracker = new();
        tracker.Table.Restore(Restored(Entries.Socket(7)));
        tracker.Table.Restore(Restored(Entries.Socket(8)));
        tracker.Table.Restore(Restored(Entries.Listener(9, port: 22)));
        tracker.Snapshot(10, Entries.Socket(7), Entries.Listener(9, port: 22));
        tracker.Scan();
        tracker.Advance(11);

        Assert.Equal(
            [
                "connection_closed 8 not_seen_after_restart", "connection_active 7 seen_at_start",
                "listener_active 9 seen_at_start",
            ],
            tracker.Texts);
        Assert.NotNull(tracker.Listeners.Find(
            Entries.Connection(Entries.Socket(1, tuple: Entries.Tuple(localPort: 22)))));
    }

    [Fact]
    public void What_was_destroyed_in_a_batch_that_began_before_it_was_seen_does_not_end_before_it_began()
    {
        Tracker tracker = Tracker.Started();
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Destroy(9, Entries.Destroyed(7));

        Assert.Equal([10, 10], tracker.Told.Select(told => told.At));
    }

    [Fact]
    public void A_connection_that_lives_is_reported_with_growing_pauses()
    {
        Tracker tracker = Tracker.Started(new TrackingOptions
        {
            OwnerWait = TimeSpan.Zero,
            Aggregation = TimeSpan.FromSeconds(10),
            AggregationMax = TimeSpan.FromSeconds(30),
        });
        for (int second = 1; second <= 130; second++)
        {
            tracker.Snapshot(second * Tracker.Second, Entries.Socket(7));
            tracker.Advance(second * Tracker.Second);
        }

        Assert.Equal([1, 11, 31, 61, 91, 121], tracker.Told.Select(told => told.At / Tracker.Second));
        Assert.Equal("connection_active 7", tracker.Texts.Last());
    }

    private static Connection Restored(in SocketEntry entry)
    {
        Connection connection = Entries.Connection(entry, firstSeen: 3);
        connection.IsRestored = true;
        connection.Phase = ConnectionPhase.Told;
        return connection;
    }
}
