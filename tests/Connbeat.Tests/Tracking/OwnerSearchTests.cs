using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Enrichment;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

public sealed class OwnerSearchTests
{
    private readonly ListenerTable _listeners = new();
    private readonly OwnerSearch _owners = new(new ProcessDirectory(), isOn: true);

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

    private static ProcessScan Scan(params ProcessSighting[] sightings) => new() { Sightings = sightings };
}
