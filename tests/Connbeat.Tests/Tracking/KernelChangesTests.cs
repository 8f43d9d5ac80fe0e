using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Tracking;
using static Connbeat.Tests.Tracking.HeardChanges;

namespace Connbeat.Tests.Tracking;

/// <summary>What becomes of the words of eBPF programs, in whatever order snapshots come between.</summary>
public sealed class KernelChangesTests
{
    private static readonly InetTuple Elsewhere = Entries.Tuple("203.0.113.9");

    private readonly Tracker _tracker = Start(TimeSpan.FromSeconds(1));

    [Fact]
    public void A_clients_opening_waits_for_nothing_and_a_servers_for_its_first_user()
    {
        _tracker.Change(Opened(7, 100, Curl), Opened(8, 100, tuple: Elsewhere));
        Assert.Equal(["connection_opened 7"], _tracker.Texts);

        _tracker.Change(Owned(8, 150, Nginx));
        Assert.Equal(["connection_opened 7", "connection_opened 8"], _tracker.Texts);
        Assert.Equal([4_711, 812], _tracker.Told.Select(told => told.Pid));
        Assert.Equal([100, 100], _tracker.Told.Select(told => told.At));
        Assert.All(_tracker.Told, told => Assert.Equal(Attribution.Bpf, told.Attribution));
    }

    [Fact]
    public void What_nobody_uses_is_told_without_an_owner_when_it_has_waited_long_enough()
    {
        _tracker.Change(Opened(8, 100));
        _tracker.Advance(100 + Tracker.Second);
        _tracker.Change(Owned(8, 2 * Tracker.Second, Nginx));
        _tracker.Advance(3 * Tracker.Second);

        Assert.Equal(["connection_opened 8", "connection_active 8 owner_found"], _tracker.Texts);
        Assert.Equal([null, 812], _tracker.Told.Select(told => told.Pid));
    }

    [Fact]
    public void An_end_tells_the_opening_before_it_and_who_closed_it()
    {
        _tracker.Change(Opened(8, 100), Closed(8, 200, since: 100, Nginx));

        Assert.Equal(["connection_opened 8", "connection_closed 8"], _tracker.Texts);
        Assert.Equal([812, 812], _tracker.Told.Select(told => told.Pid));
        Assert.Equal([100, 200], _tracker.Told.Select(told => told.At));
        Assert.Equal(0, _tracker.Table.Count);
    }

    [Fact]
    public void An_end_whose_beginning_was_lost_knows_when_it_began()
    {
        _tracker.Change(Closed(8, 200, since: 100, Nginx));

        Assert.Equal(["connection_opened 8 seen_at_close", "connection_closed 8"], _tracker.Texts);
        Assert.Equal([100, 200], _tracker.Told.Select(told => told.At));
    }

    [Fact]
    public void The_end_of_a_listener_that_nobody_knew_is_no_news()
    {
        _tracker.Change(new SocketObservation(Entries.Namespace, 100, Entries.Listener(9, 443)) { Change = SocketChange.Closed });

        Assert.Empty(_tracker.Told);
    }

    [Fact]
    public void A_snapshot_that_is_faster_than_the_ring_does_not_change_the_beginning()
    {
        _tracker.SnapshotOfHeld(150, Row(8, 150, since: 100));
        _tracker.Change(Opened(8, 100), Owned(8, 160, Nginx));

        Assert.Equal("connection_opened 8", Assert.Single(_tracker.Texts));
        Assert.Equal(100, _tracker.Told[0].At);
    }

    [Fact]
    public void What_the_first_snapshot_shows_without_a_process_waits_for_the_ring_to_tell_its_beginning()
    {
        Tracker tracker = Start(TimeSpan.FromSeconds(1), isStarted: false);
        tracker.Snapshot(150, Entries.Socket(8) with { Inode = 0 }, Entries.Socket(9) with { Inode = 0 });
        tracker.Scan();
        tracker.Advance(151);
        tracker.Change(Opened(8, 100, Curl));
        Assert.Equal(["connection_opened 8"], tracker.Texts);
        Assert.Equal((4_711, 100), (tracker.Told[0].Pid, tracker.Told[0].At));

        tracker.Advance(150 + Tracker.Second);
        Assert.Equal(["connection_opened 8", "connection_opened 9 seen_at_start"], tracker.Texts);
    }

    [Fact]
    public void A_row_of_what_has_ended_meanwhile_is_ignored()
    {
        _tracker.Change(Opened(8, 100, Nginx), Closed(8, 200, since: 100, Nginx));
        _tracker.SnapshotOfHeld(150, Row(8, 160, since: 100, Nginx));

        Assert.Equal(["connection_opened 8", "connection_closed 8"], _tracker.Texts);
        Assert.Equal(0, _tracker.Table.Count);
    }

    [Fact]
    public void That_a_snapshot_of_what_is_held_lacks_a_connection_proves_nothing()
    {
        _tracker.Change(Opened(8, 100, Nginx));
        _tracker.SnapshotOfHeld(200);
        Assert.Equal(["connection_opened 8"], _tracker.Texts);

        _tracker.Snapshot(300);
        Assert.Equal(["connection_opened 8", "connection_closed 8"], _tracker.Texts);
        _tracker.Change(Closed(8, 290, since: 100, Nginx));
        Assert.Equal(2, _tracker.Told.Count);
    }

    [Fact]
    public void What_a_loss_swallowed_is_closed_with_that_reason_by_the_next_full_snapshot()
    {
        _tracker.Change(Opened(8, 100, Nginx));
        Overrun(200);
        _tracker.SnapshotOfHeld(300);
        _tracker.Snapshot(400);

        Assert.Equal(["connection_opened 8", "connection_closed 8 lost_in_overrun"], _tracker.Texts);

        _tracker.Change(Opened(9, 500, Nginx));
        _tracker.Snapshot(600);
        Assert.Equal("connection_closed 9", _tracker.Texts.Last());
    }

    [Fact]
    public void A_refused_connect_has_failed_with_its_error_and_may_succeed_later_under_another_life()
    {
        _tracker.Change(Failed(8, 200, error: 111, since: 100, isHeld: true), Opened(8, 300, Curl), Closed(8, 400, 300, Curl));

        Assert.Equal(["connection_failed 8", "connection_opened 8", "connection_closed 8"], _tracker.Texts);
        Assert.Equal([0u, 1u, 1u], _tracker.Told.Select(told => told.Life));
    }

    [Fact]
    public void A_socket_that_is_used_again_has_another_life()
    {
        _tracker.Change(
            Opened(8, 100, Curl), Closed(8, 200, 100, Curl, isHeld: true), Opened(8, 300, Curl), Closed(8, 400, 300, Curl));

        Assert.Equal([0u, 0u, 1u, 1u], _tracker.Told.Select(told => told.Life));
        Assert.Equal(4, _tracker.Told.Count);
    }

    [Fact]
    public void An_opening_whose_end_was_lost_ends_when_the_socket_is_used_again()
    {
        _tracker.Change(Opened(8, 100, Curl), Opened(8, 300, Curl, Elsewhere), Closed(8, 400, 300, Curl, Elsewhere));

        Assert.Equal(
            ["connection_opened 8", "connection_closed 8 peer_changed", "connection_opened 8", "connection_closed 8"],
            _tracker.Texts);
    }

    [Fact]
    public void What_turns_out_to_be_the_agents_own_was_never_there()
    {
        _tracker.Change(Opened(8, 100), Withdrawn(8, 150));
        _tracker.Advance(10 * Tracker.Second);

        Assert.Empty(_tracker.Told);
        Assert.Equal(0, _tracker.Table.Count);
    }

    [Fact]
    public void A_process_is_what_it_was_when_its_connection_was_told()
    {
        _tracker.Change(batch =>
        {
            batch.Add(Exec(Curl, "/usr/bin/curl", "curl\0-s\0"));
            batch.Add(Opened(7, 100, Curl));
            batch.Add(Exec(Curl with { Name = TaskName.Of("sh") }, "/bin/sh", "sh\0"));
            batch.Add(Opened(8, 200, Curl with { Name = TaskName.Of("sh") }, Elsewhere));
        });

        Assert.Equal(
            ["/usr/bin/curl", "/bin/sh"], _tracker.Table.Connections.Select(connection => connection.Owner?.Executable));
    }

    [Fact]
    public void Where_processes_are_not_told_none_is()
    {
        Tracker tracker = Start(TimeSpan.Zero, ownersAreSought: false);
        tracker.Change(Opened(7, 100, Curl));

        Assert.Equal((null, Attribution.Uid), (tracker.Told[0].Pid, tracker.Told[0].Attribution));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_open_gets_exactly_one_close_whatever_comes_in_whatever_order(int seed)
    {
        const int Rounds = 20_000, Sockets = 12;

        Random random = new(seed);
        Dictionary<(ulong, uint), EventAction> last = [];
        HashSet<(ulong, uint, EventAction)> facts = [];
        Tracker tracker = Start(TimeSpan.FromSeconds(1), tell: (in Happening happening) =>
        {
            (ulong, uint) life = (happening.Connection.Key.Cookie, happening.Connection.Life);
            if (happening.Action.IsFact())
            {
                Assert.True(facts.Add((life.Item1, life.Item2, happening.Action)), $"told twice: {happening.Action} {life}");
            }

            bool wasOpen = last.TryGetValue(life, out EventAction before) &&
                before is EventAction.ConnectionOpened or EventAction.ConnectionActive;
            Assert.Equal(happening.Action is EventAction.ConnectionOpened or EventAction.ConnectionFailed, !wasOpen);
            last[life] = happening.Action;
        });
        ulong cookie = 1;
        for (long now = 1_000; now < 1_000 + (Rounds * 10); now += 10)
        {
            ulong one = cookie + (ulong)random.Next(Sockets);
            SocketObservation[] rows =
                [.. Enumerable.Range(0, random.Next(4)).Select(_ => Row(cookie + (ulong)random.Next(Sockets), now, now - 5))];
            switch (random.Next(9))
            {
                case 0 or 1:
                    tracker.Change(Opened(one, now, random.Next(2) == 0 ? Curl : default));
                    break;
                case 2 or 3:
                    tracker.Change(Closed(one, now, now - 5, random.Next(2) == 0 ? Curl : default, isHeld: true));
                    break;
                case 4:
                    tracker.Change(Owned(one, now, Nginx));
                    break;
                case 5:
                    tracker.Change(Failed(one, now, 111, now - 5, isHeld: true));
                    break;
                case 6:
                    tracker.SnapshotOfHeld(now, rows);
                    break;
                case 7:
                    tracker.Snapshot(now, [.. rows.Select(row => row.Entry)]);
                    break;
                default:
                    tracker.Advance(now);
                    cookie += (ulong)random.Next(2);
                    break;
            }
        }

        tracker.Snapshot(1_000_000);
        Assert.DoesNotContain(last.Values, action => action is EventAction.ConnectionOpened or EventAction.ConnectionActive);
        Assert.Equal(0, tracker.Table.Count);
    }

    private static Tracker Start(TimeSpan ownerWait, bool ownersAreSought = true, Tell? tell = null, bool isStarted = true) =>
        StartTracker(new TrackingOptions { OwnerWait = ownerWait, Aggregation = TimeSpan.Zero }, ownersAreSought, tell, isStarted);

    private void Overrun(long at) => _tracker.Lose(at);
}
