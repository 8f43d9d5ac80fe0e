using Connbeat.Config;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Enrichment;

namespace Connbeat.Tests.Tracking;

public sealed class AnnouncementsTests
{
    private const uint Inode = 4_711;

    private static readonly TrackingOptions Patient = new() { OwnerWait = TimeSpan.FromSeconds(1) };

    [Fact]
    public void An_opening_waits_for_its_owner()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode, uid: 33));
        tracker.Advance(11);
        Assert.Empty(tracker.Told);
        tracker.Scan(12, null, Some.Sighting(700, 1, Inode));

        Told opened = Assert.Single(tracker.Told);
        Assert.Equal(
            (EventAction.ConnectionOpened, 10, Attribution.Fd, 700),
            (opened.Action, opened.At, opened.Attribution, opened.Pid));
    }

    [Fact]
    public void An_opening_waits_no_longer_than_owner_wait_and_its_owner_is_told_when_it_is_found()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode, uid: 33));
        tracker.Advance(10 + Tracker.Second - 1);
        Assert.Empty(tracker.Told);
        tracker.Advance(10 + Tracker.Second);
        tracker.Scan(2 * Tracker.Second, null, Some.Sighting(700, 1, Inode));
        tracker.Advance(2 * Tracker.Second);
        tracker.Scan(3 * Tracker.Second, null, Some.Sighting(700, 1, Inode));
        tracker.Advance(3 * Tracker.Second);

        Assert.Equal(["connection_opened 7", "connection_active 7 owner_found"], tracker.Texts);
        Assert.Equal([Attribution.Uid, Attribution.Fd], tracker.Told.Select(told => told.Attribution));
    }

    [Fact]
    public void An_opening_that_nobody_holds_does_not_wait_any_longer()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode));
        tracker.Scan(12, nobody: [Inode]);

        Assert.Equal(Attribution.Uid, Assert.Single(tracker.Told).Attribution);
        Assert.Equal(0, tracker.Owners.Sought);
    }

    [Fact]
    public void An_opening_does_not_wait_where_owners_are_not_looked_for()
    {
        Tracker tracker = Tracker.Started(Patient, ownersAreSought: false);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode));

        Assert.Equal(Attribution.Uid, Assert.Single(tracker.Told).Attribution);
    }

    [Fact]
    public void An_opening_without_a_process_waits_for_what_its_control_group_says()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, cgroup: 25), Entries.Socket(8, cgroup: 26), Entries.Socket(9, cgroup: 1));
        tracker.Advance(11);
        Assert.Equal(["connection_opened 9"], tracker.Texts);
        tracker.Scan(12, new ProcessScan { Cgroups = new Dictionary<ulong, CgroupFacts?> { [25] = new("ssh.service", null), [26] = null } });

        Assert.Equal(["connection_opened 9", "connection_opened 7", "connection_opened 8"], tracker.Texts);
        Assert.Equal(
            [Attribution.None, Attribution.Cgroup, Attribution.None], tracker.Told.Select(told => told.Attribution));
    }

    [Fact]
    public void An_opening_waits_for_its_control_group_no_longer_than_owner_wait()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, cgroup: 25));
        tracker.Advance(10 + Tracker.Second);
        tracker.Scan(11, new ProcessScan { Cgroups = new Dictionary<ulong, CgroupFacts?> { [25] = new("ssh.service", null) } });
        tracker.Advance(12 + Tracker.Second);
        tracker.Destroy(13 + Tracker.Second, Entries.Destroyed(7));

        Assert.Equal(["connection_opened 7", "connection_closed 7"], tracker.Texts);
        Assert.Equal([Attribution.None, Attribution.Cgroup], tracker.Told.Select(told => told.Attribution));
    }

    [Fact]
    public void An_opening_with_a_process_does_not_wait_for_its_control_group()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode, cgroup: 25));
        tracker.Scan(12, null, Some.Sighting(700, 1, Inode));

        Assert.Equal(Attribution.Fd, Assert.Single(tracker.Told).Attribution);
    }

    [Fact]
    public void A_connection_that_nobody_has_accepted_is_told_at_once_and_its_owner_when_there_is_one()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Snapshot(20, Entries.Socket(7, inode: Inode));
        tracker.Scan(21, null, Some.Sighting(700, 1, Inode));
        tracker.Advance(21);

        Assert.Equal(["connection_opened 7", "connection_active 7 owner_found"], tracker.Texts);
        Assert.Equal([Attribution.None, Attribution.Fd], tracker.Told.Select(told => told.Attribution));
    }

    [Fact]
    public void An_end_is_told_after_its_opening_although_that_was_waiting()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode));
        tracker.Destroy(15, Entries.Destroyed(7));
        tracker.Advance(10 + Tracker.Second);

        Assert.Equal(["connection_opened 7", "connection_closed 7"], tracker.Texts);
        Assert.Equal(0, tracker.Owners.Sought);
        Assert.False(tracker.Announcements.AreWaiting);
    }

    [Fact]
    public void The_owner_of_a_connect_is_looked_for_before_it_fails()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, TcpState.SynSent, inode: Inode));
        Assert.Contains(Inode, tracker.Owners.Request(10).Wanted);
        tracker.Scan(11, null, Some.Sighting(700, 1, Inode));
        tracker.Advance(11);
        Assert.Empty(tracker.Told);
        tracker.Destroy(15, Entries.DestroyedWithoutEnds(7));

        Assert.Equal(("connection_failed 7", 700), (tracker.Told[0].Text, tracker.Told[0].Pid));
    }

    [Fact]
    public void What_was_there_at_the_start_waits_for_the_first_look_at_the_processes_and_for_room()
    {
        Tracker tracker = new(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode), Entries.Socket(8), Entries.Socket(9));
        tracker.Advance(11);
        Assert.Empty(tracker.Told);

        tracker.Scan(12, null, Some.Sighting(700, 1, Inode));
        tracker.Advance(13, room: 0);
        Assert.Empty(tracker.Told);
        tracker.Advance(14, room: 2);
        Assert.Equal([7ul, 8], tracker.Told.Select(told => told.Cookie));
        Assert.Equal(700, tracker.Told[0].Pid);
        tracker.Advance(15, room: 2);
        Assert.Equal("connection_opened 9 seen_at_start", tracker.Texts.Last());
        Assert.False(tracker.Announcements.AreWaiting);
    }

    [Fact]
    public void What_was_there_at_the_start_waits_no_longer_than_owner_wait_for_a_look_that_does_not_come()
    {
        Tracker tracker = new(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode));
        tracker.Advance(10 + Tracker.Second);

        Assert.Equal(["connection_opened 7 seen_at_start"], tracker.Texts);
    }

    [Fact]
    public void What_was_there_at_the_start_and_ends_before_its_turn_is_opened_and_closed_without_room()
    {
        Tracker tracker = new(Patient);
        tracker.Snapshot(10, Entries.Socket(7));
        tracker.Destroy(15, Entries.Destroyed(7));
        tracker.Scan();
        tracker.Advance(16);

        Assert.Equal(["connection_opened 7 seen_at_start", "connection_closed 7"], tracker.Texts);
    }

    [Fact]
    public void Owners_that_were_found_late_wait_for_room()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode), Entries.Socket(8, inode: Inode + 1));
        tracker.Advance(10 + Tracker.Second);
        tracker.Scan(2 * Tracker.Second, null, Some.Sighting(700, 1, Inode, Inode + 1));
        tracker.Advance(2 * Tracker.Second, room: 1);
        Assert.Equal(3, tracker.Told.Count);
        tracker.Destroy(3 * Tracker.Second, Entries.Destroyed(7), Entries.Destroyed(8));
        tracker.Advance(4 * Tracker.Second);

        Assert.Equal(["connection_closed 7", "connection_closed 8"], tracker.Texts.Skip(3));
        Assert.Equal(700, tracker.Told[^1].Pid);
    }

    [Fact]
    public void Reports_wait_for_room_and_come_once_however_long_they_waited()
    {
        Tracker tracker = Tracker.Started(Patient);
        for (int second = 1; second < 200; second++)
        {
            tracker.Snapshot(second * Tracker.Second, Entries.Socket(7));
            tracker.Advance(second * Tracker.Second, room: 0);
        }

        Assert.Equal(["connection_opened 7"], tracker.Texts);
        tracker.Advance(200 * Tracker.Second);
        Assert.Equal(["connection_opened 7", "connection_active 7"], tracker.Texts);
    }

    [Fact]
    public void A_flush_tells_what_still_waited_for_an_owner()
    {
        Tracker tracker = Tracker.Started(Patient);
        tracker.Snapshot(10, Entries.Socket(7, inode: Inode));
        tracker.Announcements.Flush(11);

        Assert.Equal(["connection_opened 7"], tracker.Texts);
        Assert.False(tracker.Announcements.AreWaiting);
    }
}
