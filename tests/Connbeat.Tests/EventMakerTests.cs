using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Tests.Support;
using Connbeat.Tests.Tracking;
using Connbeat.Tracking;

namespace Connbeat.Tests;

public sealed class EventMakerTests
{
    private static readonly Guid Boot = new("0102a3b4-c5d6-e7f8-91a2-b3c4d5e6f708");

    private readonly ManualTime _time = new();
    private readonly EventIds _ids = new(Boot, new Guid("f1e2d3c4-b5a6-9788-6955-4a3b2c1d0e0f"));
    private readonly NamespaceDirectory _namespaces = new();
    private readonly Surroundings _around;
    private readonly WallClock _wall;

    public EventMakerTests()
    {
        _around = new Surroundings(Entries.Namespace, _namespaces);
        _wall = new WallClock(_time);
    }

    [Fact]
    public void An_end_tells_when_it_began_when_it_ended_and_how_long_it_lived()
    {
        ConnectionEvent closed = Make(EventAction.ConnectionClosed, Entries.Connection(Entries.Socket(7), firstSeen: 1_500), 4_700);

        Assert.Equal(_wall.At(1_500), closed.Start);
        Assert.Equal((_wall.At(4_700), _wall.At(4_700)), (closed.End, closed.Timestamp));
        Assert.Equal(TimeSpan.FromTicks(32), closed.Duration);
    }

    [Fact]
    public void What_began_unseen_has_no_start_and_no_duration()
    {
        Connection connection = new()
        {
            Key = new SocketKey(1, 7),
            Transport = Connbeat.Linux.Transport.Tcp,
            Tuple = Entries.Tuple(),
            IsListener = false,
            FirstSeen = 5,
            StartWasSeen = false,
        };
        ConnectionEvent closed = Make(EventAction.ConnectionClosed, connection, 9);

        Assert.Null(closed.Start);
        Assert.Null(closed.Duration);
        Assert.NotNull(closed.End);
    }

    [Fact]
    public void A_connect_that_failed_never_lasted()
    {
        ConnectionEvent failed = Make(EventAction.ConnectionFailed, Entries.Connection(Entries.Socket(7)), 900);

        Assert.Null(failed.Duration);
        Assert.NotNull(failed.End);
    }

    [Fact]
    public void What_lives_has_no_end()
    {
        ConnectionEvent active = Make(EventAction.ConnectionActive, Entries.Connection(Entries.Socket(7)), 900, sequence: 3);

        Assert.Null(active.End);
        Assert.Null(active.Duration);
        Assert.Equal(_ids.OfObservation(3), active.Id);
    }

    [Fact]
    public void Facts_of_two_lives_have_different_ids_and_the_same_fact_has_the_same_one()
    {
        Connection first = Entries.Connection(Entries.Socket(7));
        Connection second = Entries.Connection(Entries.Socket(7), life: 1);
        Assert.Equal(
            Make(EventAction.ConnectionOpened, first, 5, sequence: 1).Id, Make(EventAction.ConnectionOpened, first, 6, sequence: 2).Id);
        Assert.NotEqual(Make(EventAction.ConnectionOpened, first, 5).Id, Make(EventAction.ConnectionOpened, second, 5).Id);
    }

    [Fact]
    public void The_user_is_told_only_where_the_process_is_not_known()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50, uid: 33));
        connection.Attribution = Attribution.Uid;
        Assert.Equal(33u, Make(EventAction.ConnectionActive, connection, 5).Socket?.Uid);
        connection.Attribution = Attribution.Fd;
        Assert.Null(Make(EventAction.ConnectionActive, connection, 5).Socket?.Uid);
    }

    [Fact]
    public void Another_network_namespace_is_told_by_its_number_and_its_name()
    {
        const uint Blue = 4_026_532_177;
        _namespaces.Apply([new NamespaceSighting(Blue, "blue", [])]);
        Connection there = new()
        {
            Key = new SocketKey(Blue, 7),
            Transport = Connbeat.Linux.Transport.Udp,
            Tuple = Entries.Tuple(),
            IsListener = false,
            FirstSeen = 5,
            StartWasSeen = false,
        };
        SocketFacts? elsewhere = Make(EventAction.ConnectionActive, there, 9).Socket;
        SocketFacts? here = Make(EventAction.ConnectionActive, Entries.Connection(Entries.Socket(7)), 9).Socket;

        Assert.Equal((Blue, "blue"), (elsewhere?.Namespace, elsewhere?.NamespaceName));
        Assert.Equal((null, null), (here?.Namespace, here?.NamespaceName));
    }

    [Fact]
    public void Without_a_process_the_control_group_tells_the_unit_the_container_and_the_socket_its_user()
    {
        CgroupFacts web = new("docker-web.scope", new ContainerFacts { Id = "web" });
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50, uid: 33));
        connection.Attribution = Attribution.Cgroup;
        connection.Cgroup = web;
        SocketFacts unowned = Make(EventAction.ConnectionActive, connection, 5).Socket!;
        Assert.Equal(("docker-web.scope", web.Container, 33u), (unowned.Unit, unowned.Container, unowned.Uid));

        connection.Attribution = Attribution.Fd;
        connection.Owner = new ProcessFacts { Pid = 700, StartTicks = 1, Name = "nginx", Container = new() { Id = "shop" } };
        SocketFacts owned = Make(EventAction.ConnectionActive, connection, 5).Socket!;
        Assert.Equal((null, connection.Owner.Container, null), (owned.Unit, owned.Container, owned.Uid));
    }

    [Fact]
    public void A_socket_that_no_process_holds_has_no_user()
    {
        Connection connection = Entries.Connection(Entries.Socket(7));
        connection.Attribution = Attribution.Cgroup;
        connection.Cgroup = new CgroupFacts("ssh.service", null);

        Assert.Null(Make(EventAction.ConnectionActive, connection, 5).Socket?.Uid);
    }

    private ConnectionEvent Make(EventAction action, Connection connection, long at, long sequence = 1) =>
        EventMaker.Make(new Happening(action, connection, at, null), _around, _ids, sequence, _wall, _time.GetUtcNow());
}
