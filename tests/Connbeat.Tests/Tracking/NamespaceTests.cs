using Connbeat.Events;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Tracking;

/// <summary>One table for the sockets of many network namespaces, which are not all looked at every time.</summary>
public sealed class NamespaceTests
{
    private const uint Blue = 4_026_532_001, Red = 4_026_532_002;

    private readonly Tracker _tracker = Tracker.Started();

    [Fact]
    public void Equal_cookies_and_ends_in_two_namespaces_are_two_connections()
    {
        _tracker.SnapshotBut([], 10, (Blue, Entries.Socket(7)), (Red, Entries.Socket(7)));
        _tracker.SnapshotBut([], 20, (Red, Entries.Socket(7)));

        Assert.Equal(["connection_opened 7", "connection_opened 7", "connection_closed 7"], _tracker.Texts);
        Assert.Equal(Blue, _tracker.Told[^1].Namespace);
    }

    [Fact]
    public void Absence_proves_nothing_where_nobody_looked()
    {
        _tracker.SnapshotBut([], 10, (Blue, Entries.Socket(7)), (Red, Entries.Socket(8)));
        _tracker.Told.Clear();
        _tracker.SnapshotBut([Blue], 20);

        Assert.Equal(["connection_closed 8"], _tracker.Texts);
        _tracker.SnapshotBut([], 30);
        Assert.Equal(["connection_closed 8", "connection_closed 7"], _tracker.Texts);
    }

    [Fact]
    public void An_overrun_is_the_reason_only_in_its_own_namespace_until_that_was_looked_at()
    {
        _tracker.SnapshotBut([], 10, (Entries.Namespace, Entries.Socket(7)), (Red, Entries.Socket(8)));
        _tracker.Overrun(15);
        _tracker.Told.Clear();
        _tracker.SnapshotBut([Entries.Namespace], 20);
        _tracker.SnapshotBut([], 30);

        Assert.Equal(["connection_closed 8", "connection_closed 7 lost_in_overrun"], _tracker.Texts);
    }

    [Fact]
    public void Without_a_cookie_a_socket_is_known_by_its_inode_and_must_be_missing_twice()
    {
        SocketEntry socket = Entries.Socket(0, inode: 4_711);
        _tracker.Snapshot(10, socket);
        _tracker.Snapshot(20);
        _tracker.Snapshot(30, socket);
        _tracker.Snapshot(40);
        _tracker.SnapshotBut([Entries.Namespace], 50);
        Assert.Equal([EventAction.ConnectionOpened], _tracker.Told.Select(told => told.Action));

        _tracker.Snapshot(60);
        Assert.Equal(
            [EventAction.ConnectionOpened, EventAction.ConnectionClosed], _tracker.Told.Select(told => told.Action));
    }
}
