using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;
using static Connbeat.Tests.Tracking.HeardChanges;

namespace Connbeat.Tests.Tracking;

/// <summary>What becomes of flows of UDP, whatever was lost between their beginning and their end.</summary>
public sealed class FlowTests
{
    private const ulong Server = 7;
    private const long Second = Tracker.Second;

    private static readonly InetTuple Ends = Entries.Tuple("198.51.100.7", remotePort: 40_001, localPort: 53);
    private static readonly InetTuple OtherEnds = Entries.Tuple("198.51.100.8", remotePort: 40_001, localPort: 53);

    private readonly Tracker _tracker = Start(TimeSpan.FromSeconds(1));

    private List<(string, string?, Direction, int?)> Stories =>
        [.. _tracker.Told.Where(told => !told.Action.IsListener()).Select(told => (told.Action.Name(), told.Reason, told.Direction, told.Pid))];

    [Fact]
    public void A_question_from_here_is_told_at_once_with_who_asks()
    {
        Change(Flow(FlowChange.Began, 100, Curl, beganHere: true));

        Assert.Equal([("connection_opened", null, Direction.Outbound, Curl.Pid)], Stories);
        Assert.Equal(1, _tracker.Table.Count);
        Assert.Equal(Ends, Assert.Single(_tracker.Table.Connections).Tuple);
    }

    [Fact]
    public void A_question_from_there_waits_for_who_answers()
    {
        Change(Flow(FlowChange.Began, 100));
        Assert.Empty(_tracker.Told);

        Change(Flow(FlowChange.Owned, 200, Nginx));
        Assert.Equal([("connection_opened", null, Direction.Inbound, Nginx.Pid)], Stories);
        Assert.Equal(100, Assert.Single(_tracker.Told).At);
    }

    [Fact]
    public void Who_never_answers_is_who_holds_the_socket_and_not_before_an_answer_may_come()
    {
        _tracker.SnapshotOfHeld(50, Bound(Nginx));
        Change(Flow(FlowChange.Began, 100));
        Assert.Empty(Stories);
        _tracker.Advance(100 + Second);

        Assert.Equal([("connection_opened", null, Direction.Inbound, Nginx.Pid)], Stories);
        Assert.Equal(Attribution.Fd, _tracker.Told[^1].Attribution);

        Change(Flow(FlowChange.Owned, 3 * Second, Curl));
        _tracker.Advance(3 * Second);
        Assert.Equal(("connection_active", Reasons.OwnerFound, Direction.Inbound, Curl.Pid), Stories[^1]);
    }

    [Fact]
    public void Who_never_answers_may_be_known_by_what_was_sent_elsewhere_by_the_same_socket()
    {
        Change(Flow(FlowChange.Began, 100, Curl, beganHere: true), Flow(FlowChange.Began, 200, ends: OtherEnds), Flow(FlowChange.Began, 200, cookie: 8));
        _tracker.Advance(200 + Second);
        Assert.Equal([Curl.Pid, Curl.Pid, null], Stories.Select(told => told.Item4));

        _tracker.Flows(2 * Second, Flow(FlowChange.Released, 2 * Second, Curl, beganHere: true), Flow(FlowChange.Released, 2 * Second, ends: OtherEnds));
        _tracker.Flows(3 * Second);
        Change(Flow(FlowChange.Began, 4 * Second, ends: Entries.Tuple()));
        _tracker.Advance(6 * Second);
        Assert.Null(Stories[^1].Item4);
    }

    [Fact]
    public void Who_only_receives_by_a_socket_that_no_snapshot_shows_is_who_closes_it()
    {
        Change(Flow(FlowChange.Began, 100));
        Gone(Entries.ListenerTuple(53), TcpState.Close, 200, Nginx);
        _tracker.Flows(300, Flow(FlowChange.Released, 200));

        Assert.Equal(
            [("connection_opened", null, Direction.Inbound, Nginx.Pid), ("connection_closed", null, Direction.Inbound, (int?)Nginx.Pid)],
            Stories);
        Gone(Entries.ListenerTuple(53), TcpState.Close, 400, Nginx, cookie: 9); // one without flows is not kept in mind
        Change(Flow(FlowChange.Began, 500, cookie: 9));
        _tracker.Advance(2 * Second);
        Assert.Null(Stories[^1].Item4);
    }

    [Theory]
    [InlineData(FlowChange.Released, null)]
    [InlineData(FlowChange.Idle, "idle")]
    [InlineData(FlowChange.Evicted, "evicted")]
    public void An_end_has_its_reason_and_the_last_figures(object change, string? reason)
    {
        Change(Flow(FlowChange.Began, 100, Curl, beganHere: true));
        Connection flow = Assert.Single(_tracker.Table.Connections);
        _tracker.Flows(300, Flow((FlowChange)change, 300, Curl, beganHere: true, last: 250, sent: 3, received: 2));

        Assert.Equal(("connection_closed", reason, Direction.Outbound, Curl.Pid), Stories[^1]);
        Assert.Equal((3L, 300L, 2L, 200L), (flow.Traffic!.Sent, flow.BytesSent, flow.Traffic.Received, flow.BytesReceived));
        Assert.Equal(0, _tracker.Table.Count);
    }

    [Fact]
    public void A_flow_lives_again_under_another_life_of_the_same_ends()
    {
        _tracker.Flows(300, Flow(FlowChange.Idle, 100, Curl, beganHere: true));
        Change(Flow(FlowChange.Began, 40 * Second, Curl, beganHere: true));

        Assert.Equal(["connection_opened", "connection_closed", "connection_opened"], Stories.Select(told => told.Item1));
        Assert.Single(_tracker.Told.Select(told => told.Cookie).Distinct());
        Assert.Equal([0u, 0, 40_000], _tracker.Told.Select(told => told.Life));
    }

    [Fact]
    public void Other_ends_and_other_sockets_are_other_flows()
    {
        Change(
            Flow(FlowChange.Began, 100, Curl, beganHere: true), Flow(FlowChange.Began, 100, Curl, beganHere: true, ends: OtherEnds),
            Flow(FlowChange.Began, 100, Nginx, beganHere: true, cookie: 8));

        Assert.Equal(3, _tracker.Told.Select(told => told.Cookie).Distinct().Count());
        Assert.All(_tracker.Table.Connections, flow => Assert.True(flow.Key is { IsFlow: true, HasCookie: true }));
        Assert.False(SocketKey.Of(new SocketObservation(1, 0, new SocketEntry { Inode = 9 })).IsFlow);
        Assert.False(new SocketKey(1, 9).IsFlow);
    }

    [Fact]
    public void One_whose_end_was_lost_is_over_where_the_kernel_counts_anew_or_lacks_it_twice()
    {
        Change(Flow(FlowChange.Began, 100, Curl, beganHere: true));
        _tracker.Flows(5 * Second, Flow(FlowChange.Counted, 5 * Second, Curl, beganHere: true, first: 4 * Second));
        Assert.Equal([null, Reasons.LostInOverrun, null], Stories.Select(told => told.Item2));
        Assert.Equal([100L, 100, 4 * Second], _tracker.Told.Select(told => told.At));

        _tracker.Flows(6 * Second);
        Assert.Equal(3, Stories.Count);
        _tracker.Flows(7 * Second);
        Assert.Equal(("connection_closed", Reasons.LostInOverrun, Direction.Outbound, Curl.Pid), Stories[^1]);
        Assert.Equal(5 * Second, _tracker.Told[^1].At);
    }

    [Fact]
    public void Snapshots_of_sockets_say_nothing_of_flows()
    {
        Change(Flow(FlowChange.Began, 100, Curl, beganHere: true));
        _tracker.Snapshot(200);
        _tracker.Snapshot(300);

        Assert.Single(_tracker.Told);
    }

    [Fact]
    public void What_was_sent_first_by_a_socket_that_was_there_before_may_have_been_an_answer()
    {
        Tracker tracker = Start(TimeSpan.Zero, isStarted: false);
        tracker.SnapshotOfHeld(50, Bound(Nginx));
        tracker.Change(batch =>
        {
            batch.Add(Flow(FlowChange.Began, 100, Nginx, beganHere: true));
            batch.Add(Flow(FlowChange.Began, 100, default, ends: OtherEnds));
            batch.Add(Flow(FlowChange.Began, 40 * Second, Nginx, beganHere: true, ends: Entries.Tuple()));
        });

        Assert.Equal(
            [Direction.Unknown, Direction.Inbound, Direction.Outbound],
            tracker.Told.Where(told => told.Action is EventAction.ConnectionOpened).Select(told => told.Direction));
    }

    [Fact]
    public void A_flow_of_the_run_before_goes_on_or_is_closed_when_it_was_silent_for_long_enough()
    {
        Connection again = Restored(Ends), never = Restored(OtherEnds);
        _tracker.Table.Restore(again);
        _tracker.Table.Restore(never);
        _tracker.Flows(10 * Second);
        _tracker.Flows(30 * Second, Flow(FlowChange.Counted, 30 * Second, Nginx, first: 29 * Second));
        _tracker.Advance(35 * Second);
        Assert.Equal([("connection_active", Reasons.SeenAtStart, Direction.Inbound, (int?)Nginx.Pid)], Stories);

        _tracker.Flows(41 * Second, Flow(FlowChange.Counted, 41 * Second, Nginx, first: 29 * Second));
        Assert.Equal(("connection_closed", Reasons.NotSeenAfterRestart), (Stories[^1].Item1, Stories[^1].Item2));
        Assert.Equal([again.Key.Cookie, never.Key.Cookie], _tracker.Told.Select(told => told.Cookie));
    }

    [Fact]
    public void Without_flows_those_of_the_run_before_are_over()
    {
        Tracker tracker = new();
        tracker.Table.Restore(Restored(Ends));
        tracker.Snapshot(100);

        Assert.Equal((EventAction.ConnectionClosed, Reasons.NotSeenAfterRestart), (tracker.Told.Single().Action, tracker.Told.Single().Reason));
    }

    [Fact]
    public void A_flow_is_reported_as_any_connection()
    {
        Tracker tracker = Start(TimeSpan.Zero, aggregation: TimeSpan.FromSeconds(30));
        tracker.Change(batch => batch.Add(Flow(FlowChange.Began, 100, Curl, beganHere: true)));
        tracker.Flows(29 * Second, Flow(FlowChange.Counted, 29 * Second, Curl, beganHere: true));
        tracker.Advance(29 * Second);
        Assert.Single(tracker.Told);

        tracker.Flows(31 * Second, Flow(FlowChange.Counted, 31 * Second, Curl, beganHere: true));
        tracker.Advance(31 * Second);
        Assert.Equal([EventAction.ConnectionOpened, EventAction.ConnectionActive], tracker.Told.Select(told => told.Action));
    }

    [Fact]
    public void A_connected_socket_is_a_connection_that_only_counts()
    {
        Change(Flow(FlowChange.Began, 100, Curl, beganHere: true, isConnected: true));
        Connection connection = Assert.Single(_tracker.Table.Connections);
        Assert.Equal((Server, false), (connection.Key.Cookie, connection.Key.IsFlow));

        _tracker.Flows(200, Flow(FlowChange.Idle, 200, Curl, beganHere: true, isConnected: true, sent: 3));
        _tracker.Flows(300);
        _tracker.Flows(400);
        Assert.Equal([("connection_opened", null, Direction.Outbound, (int?)Curl.Pid)], Stories);

        Change(Flow(FlowChange.Began, 50 * Second, Curl, beganHere: true, isConnected: true, sent: 2));
        Assert.Single(_tracker.Told);
        Assert.Equal((5L, 500L), (connection.Traffic!.Sent, connection.BytesSent));

        Gone(Ends, TcpState.Established, 60 * Second);
        Assert.Equal(("connection_closed", null, Direction.Outbound, Curl.Pid), Stories[^1]);
        Change(Flow(FlowChange.Began, 61 * Second, Curl, isConnected: true)); // was under way
        Assert.Equal((2, 0), (Stories.Count, _tracker.Table.Count));
    }

    [Fact]
    public void A_process_is_heard_of_before_the_flow_that_it_begins()
    {
        SocketOwner dig = Owner(99, "dig");
        _tracker.Change(batch =>
        {
            batch.Add(Flow(FlowChange.Began, 90, Curl, beganHere: true, ends: OtherEnds));
            batch.Add(Exec(dig, "/usr/bin/dig", "dig\0example.org\0"));
            batch.Add(Flow(FlowChange.Began, 100, dig, beganHere: true));
            batch.Add(Opened(8, 110, Curl));
        });

        Assert.Equal([Curl.Pid, 99, Curl.Pid], _tracker.Told.Select(told => told.Pid));
        Assert.Equal("/usr/bin/dig", _tracker.Table.Connections.Single(flow => flow.Owner?.Pid == 99).Owner!.Executable);
    }

    private static Tracker Start(TimeSpan ownerWait, bool isStarted = true, TimeSpan aggregation = default) => StartTracker(
        new TrackingOptions { OwnerWait = ownerWait, Aggregation = aggregation }, isStarted: isStarted, udpIdle: TimeSpan.FromSeconds(30));

    private static FlowObservation Flow(
        FlowChange change, long at, SocketOwner owner = default, bool beganHere = false, bool isConnected = false,
        InetTuple? ends = null, ulong cookie = Server, long? first = null, long? last = null, long sent = 1, long received = 0) =>
        new(change, at, new FlowRecord
        {
            Cookie = cookie,
            Tuple = ends ?? Ends,
            Namespace = Entries.Namespace,
            First = first ?? (change is FlowChange.Began ? at : 100),
            Last = last ?? at,
            Sent = sent,
            SentBytes = sent * 100,
            Received = received,
            ReceivedBytes = received * 100,
            BeganHere = beganHere,
            IsConnected = isConnected,
            Owner = owner,
        });

    private static SocketObservation Bound(SocketOwner owner) =>
        new(Entries.Namespace, 60, Entries.Udp(Server, localPort: 53, inode: 70)) { Method = OwnerMethod.Holds, Owner = owner };

    private static Connection Restored(InetTuple ends) => new()
    {
        Key = SocketKey.OfFlow(new SocketKey(Entries.Namespace, Server), ends),
        Transport = Transport.Udp,
        Tuple = ends,
        IsListener = false,
        FirstSeen = 1,
        StartWasSeen = true,
        Direction = Direction.Inbound,
        Owner = new ProcessFacts { Pid = Nginx.Pid, StartTicks = (ulong)(Nginx.StartNanoseconds / 10_000_000), Name = "nginx" },
        Phase = ConnectionPhase.Told,
        IsRestored = true,
    };

    private void Change(params FlowObservation[] flows) => _tracker.Change(batch => Array.ForEach(flows, flow => batch.Add(flow)));

    private void Gone(InetTuple ends, TcpState state, long at, SocketOwner owner = default, ulong cookie = Server) => _tracker.Change(batch => batch.Add(
        new SocketObservation(Entries.Namespace, at, Entries.Udp(cookie) with { Tuple = ends, State = state })
        {
            Change = SocketChange.Destroyed,
            Owner = owner,
            Method = owner.IsKnown ? OwnerMethod.Ended : OwnerMethod.None,
        }));
}
