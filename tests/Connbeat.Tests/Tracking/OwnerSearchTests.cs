using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Enrichment;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class OwnerSearchTests
{
    private readonly ListenerTable _listeners = new();
    private readonly NamespaceDirectory _namespaces = new();
    private readonly OwnerSearch _owners;

    public OwnerSearchTests() =>
        _owners = new OwnerSearch(new ProcessDirectory(), isOn: true, new CgroupDirectory(), _namespaces);

    private static CgroupFacts Web { get; } =
        new("docker-web.scope", new ContainerFacts { Id = "web", Runtime = "docker" });

    [Fact]
    public void A_look_before_the_first_snapshot_has_not_looked_for_its_owners()
    {
        OwnerSearch owners = new(new ProcessDirectory(), isOn: true);
        owners.Apply(new ProcessScan());
        Assert.False(owners.HaveBeenLookedFor);
        owners.SnapshotEnded();
        Assert.False(owners.HaveBeenLookedFor);
        owners.Apply(new ProcessScan());

        Assert.True(owners.HaveBeenLookedFor);
    }

    [Fact]
    public void A_socket_that_no_process_holds_has_no_owner_to_look_for()
    {
        Connection connection = Entries.Connection(Entries.Socket(7));

        Assert.False(_owners.Find(connection, _listeners));
        Assert.Equal((Attribution.None, 0), (connection.Attribution, _owners.Sought));
    }

    [Fact]
    public void An_owner_is_sought_until_it_is_found()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50));
        Assert.False(_owners.Find(connection, _listeners));
        Assert.Equal(Attribution.Uid, connection.Attribution);
        Assert.True(_owners.IsSought(connection));
        Assert.Equal([50u], _owners.Request(3).Wanted);

        _owners.Apply(Scan(Some.Sighting(700, 1, 50)));
        Assert.Same(connection, Assert.Single(_owners.TakeFound(_listeners)));
        Assert.Equal((Attribution.Fd, 700), (connection.Attribution, connection.Owner?.Pid));
        Assert.Equal(0, _owners.Sought);
    }

    [Fact]
    public void What_nobody_holds_is_not_sought_again()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50));
        _owners.Find(connection, _listeners);
        _owners.Apply(new ProcessScan { Nobody = [50] });
        _owners.Find(connection, _listeners);

        Assert.Equal((0, Attribution.Uid), (_owners.Sought, connection.Attribution));
    }

    [Fact]
    public void An_owner_that_let_go_of_the_socket_stays_its_owner()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50));
        _owners.Apply(Scan(Some.Sighting(700, 1, 50)));
        _owners.Find(connection, _listeners);
        _owners.Apply(new ProcessScan { Gone = [new ProcessKey(700, 1)] });

        Assert.True(_owners.Find(connection, _listeners));
        Assert.Equal(700, connection.Owner?.Pid);
    }

    [Fact]
    public void The_listeners_owner_comes_last_for_an_accepted_connection()
    {
        _owners.Apply(Scan(Some.Sighting(700, 1, 40, 50), Some.Sighting(800, 2, 50)));
        Connection listener = Entries.Connection(Entries.Listener(6, 22, inode: 40));
        listener.Direction = Direction.Listening;
        _owners.Find(listener, _listeners);
        _listeners.Add(listener);
        Connection accepted = Entries.Connection(Entries.Socket(7, tuple: Entries.Tuple(localPort: 22), inode: 50));
        accepted.Direction = Direction.Inbound;
        _owners.Find(accepted, _listeners);

        Assert.Equal((700, 800), (listener.Owner?.Pid, accepted.Owner?.Pid));
    }

    [Fact]
    public void Forgetting_one_life_of_a_socket_does_not_forget_the_next()
    {
        Connection first = Entries.Connection(Entries.Socket(7, inode: 50));
        Connection second = Entries.Connection(Entries.Socket(7, TcpState.SynSent, inode: 50), life: 1);
        _owners.Find(first, _listeners);
        _owners.Find(second, _listeners);
        _owners.Forget(first);

        Assert.True(_owners.IsSought(second));
    }

    [Fact]
    public void Nothing_is_sought_where_owners_are_not_told()
    {
        OwnerSearch off = new(new ProcessDirectory(), isOn: false);
        off.Find(Entries.Connection(Entries.Socket(7, inode: 50)), _listeners);

        Assert.Equal((0, true), (off.Sought, off.HaveBeenLookedFor));
    }

    [Fact]
    public void Without_a_process_the_control_group_tells_the_unit_and_the_container()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50, uid: 33, cgroup: 25));
        _owners.Find(connection, _listeners);
        Assert.Equal((Attribution.Uid, 2), (connection.Attribution, _owners.Sought));
        Assert.Equal([25ul], _owners.Request(3).Cgroups);

        _owners.Apply(new ProcessScan { Cgroups = Answer(25, Web), Nobody = [50] });
        Assert.False(_owners.IsSought(connection));
        Assert.False(_owners.Find(connection, _listeners));
        Assert.Equal((Attribution.Cgroup, Web), (connection.Attribution, connection.Cgroup));
        Assert.Same(Web.Container, connection.Container);
        Assert.Equal(0, _owners.Sought);
    }

    [Fact]
    public void A_socket_that_no_process_holds_may_have_a_control_group()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, cgroup: 25));
        Assert.False(_owners.Find(connection, _listeners));
        Assert.True(_owners.IsSought(connection));
        _owners.Apply(new ProcessScan { Cgroups = Answer(25, new CgroupFacts("ssh.service", null)) });
        _owners.Find(connection, _listeners);

        Assert.Equal((Attribution.Cgroup, "ssh.service"), (connection.Attribution, connection.Cgroup?.Unit));
    }

    [Fact]
    public void A_control_group_that_names_nothing_attributes_nothing()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50, cgroup: 25));
        _owners.Find(connection, _listeners);
        _owners.Apply(new ProcessScan { Cgroups = Answer(25, new CgroupFacts(null, null)), Nobody = [50] });
        _owners.Find(connection, _listeners);

        Assert.Equal((Attribution.Uid, null), (connection.Attribution, connection.Cgroup));
    }

    [Fact]
    public void A_process_that_is_found_after_all_tells_more_than_the_control_group()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50, cgroup: 25));
        _owners.Find(connection, _listeners);
        _owners.Apply(new ProcessScan { Cgroups = Answer(25, Web) });
        Assert.True(_owners.IsSought(connection));
        _owners.Find(connection, _listeners);
        _owners.Apply(Scan(Some.Sighting(700, 1, 50)));

        Assert.Same(connection, Assert.Single(_owners.TakeFound(_listeners)));
        Assert.Equal((Attribution.Fd, 700, null), (connection.Attribution, connection.Owner?.Pid, connection.Container));
    }

    [Fact]
    public void Else_the_namespace_tells_the_container_and_does_not_say_who()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, inode: 50, cgroup: 1));
        _namespaces.Apply([new NamespaceSighting(Entries.Namespace, "blue", [70])]);
        Assert.Equal(1, _owners.Sought);
        Assert.Equal(Entries.Namespace, Assert.Single(_owners.Request(3).Namespaces).Id);
        _owners.Apply(new ProcessScan { Namespaces = Answer(Web.Container), Nobody = [50] });
        _owners.Find(connection, _listeners);

        Assert.Equal(
            (Attribution.Uid, new CgroupFacts(null, Web.Container)), (connection.Attribution, connection.Cgroup));
    }

    [Fact]
    public void The_namespace_adds_its_container_to_the_unit_of_the_control_group()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, cgroup: 25));
        _namespaces.Apply([new NamespaceSighting(Entries.Namespace, null, [70])]);
        _owners.Request(3);
        _owners.Find(connection, _listeners);
        _owners.Apply(new ProcessScan { Cgroups = Answer(25, new CgroupFacts("containerd.service", null)), Namespaces = Answer(Web.Container) });
        _owners.Find(connection, _listeners);

        Assert.Equal(
            (Attribution.Cgroup, new CgroupFacts("containerd.service", Web.Container)),
            (connection.Attribution, connection.Cgroup));
    }

    [Fact]
    public void What_the_control_group_said_is_kept_when_it_is_forgotten()
    {
        Connection connection = Entries.Connection(Entries.Socket(7, cgroup: 25));
        connection.Cgroup = Web;
        connection.Attribution = Attribution.Cgroup;
        _owners.Find(connection, _listeners);

        Assert.Equal((Attribution.Cgroup, Web, 0), (connection.Attribution, connection.Cgroup, _owners.Sought));
    }

    [Fact]
    public void Where_no_process_is_to_be_told_a_unit_is_not_either_but_a_container_is()
    {
        OwnerSearch off = new(new ProcessDirectory(), isOn: false, new CgroupDirectory());
        Connection contained = Entries.Connection(Entries.Socket(7, inode: 50, cgroup: 25));
        Connection service = Entries.Connection(Entries.Socket(8, inode: 51, cgroup: 26));
        off.Find(contained, _listeners);
        off.Find(service, _listeners);
        Assert.Equal((2, false), (off.Sought, off.HaveBeenLookedFor));
        Assert.Empty(off.Request(3).Wanted);
        off.Apply(new ProcessScan
        {
            Cgroups = new Dictionary<ulong, CgroupFacts?> { [25] = Web, [26] = new("ssh.service", null) },
        });
        off.Find(contained, _listeners);
        off.Find(service, _listeners);

        Assert.Equal((Attribution.Cgroup, Web.Container), (contained.Attribution, contained.Container));
        Assert.Equal((Attribution.Uid, null), (service.Attribution, service.Cgroup));
    }

    private static Dictionary<ulong, CgroupFacts?> Answer(ulong id, CgroupFacts facts) => new() { [id] = facts };

    private static Dictionary<uint, ContainerFacts?> Answer(ContainerFacts? container) => new() { [Entries.Namespace] = container };

    private static ProcessScan Scan(params ProcessSighting[] sightings) => new() { Sightings = sightings };
}
