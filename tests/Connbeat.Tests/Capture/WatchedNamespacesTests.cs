using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Telemetry;
using Connbeat.Tests.Linux.Namespaces;
using Connbeat.Tests.Support;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests.Capture;

public sealed class WatchedNamespacesTests : IDisposable
{
    private const uint Host = Entries.Namespace, Blue = 4026532177, Red = 4026532246;

    private readonly NamespaceTree _tree = new NamespaceTree().Process(1, Host);
    private readonly ScriptedEngine _engine = new();
    private readonly CollectingLogger<CaptureHappenings> _log = new();
    private readonly WatchedNamespaces _watched;

    public WatchedNamespacesTests() => _watched = new(_engine, _engine.OpenOwn(), Host, _tree.Census(), new(_log));

    public void Dispose()
    {
        _watched.Dispose();
        _tree.Dispose();
    }

    [Fact]
    public void A_namespace_is_joined_where_a_process_or_a_mount_holds_it()
    {
        _tree.Process(80, Blue).Process(81, Blue).Mounts(($"net:[{Red}]", "/run/netns/red"));

        Assert.True(_watched.Refresh());

        Assert.Equal([Blue, Red], Ids(_watched.Joined));
        Assert.Equal([Host, Blue, Red], Ids(_watched.All));
        Assert.Equal([$"{Blue} of 80 81", $"{Red} red"], Sightings());
    }

    [Fact]
    public void One_that_is_known_by_two_numbers_is_joined_once()
    {
        _tree.Process(80, Blue).Deny(80).Mounts(($"net:[{Blue}]", "/run/netns/blue"));
        _engine[Blue].NetInode = _tree.NetInode(Blue);

        NamespaceTree.AsNobody(_watched.Refresh);
        Assert.Equal([Blue], Ids(_watched.Joined));
        Assert.Equal([$"{Blue} blue"], Sightings());
        Assert.True(NamespaceTree.AsNobody(_watched.Refresh));
        Assert.Equal([Host, Blue], Ids(_watched.All));
        Assert.Equal([$"{Blue} blue of 80"], Sightings());
    }

    [Fact]
    public void Where_nothing_has_changed_nothing_is_said_and_nothing_made()
    {
        _tree.Process(80, Blue);
        _watched.Refresh();
        IReadOnlyList<NamespaceSighting> before = _watched.Sightings;

        Assert.False(_watched.Refresh());

        Assert.Same(before, _watched.Sightings);
        Assert.Empty(_watched.Joined);
        Assert.Equal([Blue], _engine.Opened);
        Assert.Equal(["Debug Network namespace 4026532177 (no name) is watched."], _log.Lines);
    }

    [Fact]
    public void Every_later_census_is_told_to_the_view()
    {
        _tree.Process(80, Blue);
        _watched.Refresh();
        Assert.Equal(0, _engine[Blue].Updates.Count);

        _tree.Mounts(($"net:[{Blue}]", "/run/netns/blue"));
        _watched.Refresh();

        Assert.True(_engine[Blue].Updates.TryRead(out string? name));
        Assert.Equal("blue", name);
    }

    [Fact]
    public void A_sighting_is_another_where_the_name_or_the_processes_are()
    {
        _tree.Process(80, Blue).Process(90, Red);
        _watched.Refresh();
        NamespaceSighting red = _watched.Sightings.Single(sighting => sighting.Id == Red);

        _tree.Process(81, Blue);
        Assert.True(_watched.Refresh());
        Assert.Equal([$"{Blue} of 80 81", $"{Red} of 90"], Sightings());

        _tree.Mounts(($"net:[{Blue}]", "/run/netns/blue"));
        Assert.True(_watched.Refresh());
        Assert.Equal([$"{Blue} blue of 80 81", $"{Red} of 90"], Sightings());

        _tree.End(81);
        Assert.True(_watched.Refresh());
        Assert.Equal([$"{Blue} blue of 80", $"{Red} of 90"], Sightings());
        Assert.Same(red, _watched.Sightings.Single(sighting => sighting.Id == Red));
    }

    [Fact]
    public void A_namespace_that_nobody_holds_any_more_is_left_and_given_to_who_disposes_it()
    {
        _tree.Process(80, Blue).Process(90, Red);
        _watched.Refresh();
        _tree.End(80);

        Assert.True(_watched.Refresh());

        Assert.Equal([Blue], Ids(_watched.Left));
        Assert.Equal([Host, Red], Ids(_watched.All));
        Assert.Equal([$"{Red} of 90"], Sightings());
        Assert.False(_engine[Blue].IsDisposed);
        Assert.Equal("Debug Network namespace 4026532177 is empty and let go.", _log.Lines[^1]);

        Assert.False(_watched.Refresh());
        Assert.Empty(_watched.Left);
    }

    [Fact]
    public void A_namespace_that_a_thread_still_holds_is_not_left()
    {
        _tree.Process(80, Blue).Thread(1, 7, Blue);
        _watched.Refresh();
        _tree.End(80);

        _watched.Refresh();
        Assert.Empty(_watched.Left);
        Assert.Equal([Host, Blue], Ids(_watched.All));

        _tree.Thread(1, 7, Host);
        _watched.Refresh();
        Assert.Equal([Blue], Ids(_watched.Left));
    }

    [Fact]
    public void A_namespace_that_is_left_may_be_joined_again()
    {
        _tree.Process(80, Blue);
        _watched.Refresh();
        _tree.End(80);
        _watched.Refresh();
        _tree.Process(81, Blue);

        Assert.True(_watched.Refresh());

        Assert.Equal([Blue], Ids(_watched.Joined));
        Assert.Equal([$"{Blue} of 81"], Sightings());
    }

    [Fact]
    public void One_that_cannot_be_looked_into_is_closed_and_tried_again_every_time()
    {
        _tree.Process(80, Blue);
        _engine.Shut[Blue] = true;

        Assert.False(_watched.Refresh());
        Assert.False(_watched.Refresh());
        Assert.Equal([Blue], _watched.Closed);
        Assert.Equal([Host], Ids(_watched.All));
        Assert.Empty(_watched.Sightings);

        _engine.Shut.Clear();
        Assert.True(_watched.Refresh());
        Assert.Empty(_watched.Closed);
        Assert.Equal([Blue], Ids(_watched.Joined));
        Assert.Equal([Blue, Blue, Blue], _engine.Opened);
    }

    [Fact]
    public void One_that_the_kernel_refuses_is_closed_too_and_the_others_are_joined()
    {
        _tree.Process(80, Blue);
        _engine.Failure = new KernelException("socket(AF_NETLINK)", 24);
        _watched.Refresh();

        Assert.Equal([Blue], _watched.Closed);
        Assert.StartsWith("Error Network namespace 4026532177 is not watched", Assert.Single(_log.Lines), StringComparison.Ordinal);

        _engine.Failure = null;
        _watched.Refresh();
        Assert.Equal([Blue], Ids(_watched.Joined));
    }

    [Fact]
    public void A_closed_one_that_goes_is_forgotten()
    {
        _tree.Process(80, Blue);
        _engine.Shut[Blue] = true;
        _watched.Refresh();
        _tree.End(80);

        Assert.False(_watched.Refresh());
        Assert.Empty(_watched.Closed);
        Assert.Empty(_watched.Left);
    }

    [Fact]
    public void The_agents_own_is_never_opened_twice()
    {
        _tree.Process(80, Host).Mounts(($"net:[{Host}]", "/run/docker/netns/default"));

        Assert.False(_watched.Refresh());

        Assert.Empty(_engine.Opened);
        Assert.Equal([Host], Ids(_watched.All));
        Assert.Same(_engine[Host], _watched.Own);
        Assert.Empty(_watched.Sightings);
    }

    [Fact]
    public void The_agents_own_is_not_opened_either_where_it_is_not_wanted()
    {
        _tree.Process(80, Blue);
        using WatchedNamespaces others = new(_engine, own: null, Host, _tree.Census(), new(_log));

        others.Refresh();

        Assert.Null(others.Own);
        Assert.Equal([Blue], Ids(others.All));
    }

    [Fact]
    public void Without_a_census_there_is_but_the_agents_own()
    {
        using WatchedNamespaces own = new(_engine, _engine.OpenOwn(), Host, census: null, new(_log));

        Assert.False(own.Refresh());
        Assert.Equal([Host], Ids(own.All));
    }

    [Fact]
    public void All_are_disposed_with_it()
    {
        _tree.Process(80, Blue);
        _watched.Refresh();
        _watched.Dispose();

        Assert.True(_engine[Host].IsDisposed);
        Assert.True(_engine[Blue].IsDisposed);
    }

    [Fact]
    public void A_census_that_fails_leaves_everything_as_it_was()
    {
        _tree.Process(80, Blue).Process(90, Red);
        _engine.Shut[Red] = true;
        _watched.Refresh();
        IReadOnlyList<NamespaceSighting> before = _watched.Sightings;
        _tree.Spoil();

        Assert.Throws<KernelException>(() => _watched.Refresh());

        Assert.Equal([Host, Blue], Ids(_watched.All));
        Assert.Equal([Red], _watched.Closed);
        Assert.Empty(_watched.Joined);
        Assert.Empty(_watched.Left);
        Assert.Same(before, _watched.Sightings);
    }

    private static IEnumerable<uint> Ids(IEnumerable<INamespaceView> views) => views.Select(view => view.Namespace);

    private IEnumerable<string> Sightings() => _watched.Sightings.Select(sighting => string.Join(' ', (string[])
        [$"{sighting.Id}", .. sighting.Name is { } name ? [name] : (string[])[],
         .. sighting.Pids.Count > 0 ? [$"of {string.Join(' ', sighting.Pids)}"] : (string[])[]]));
}
