using Connbeat.Capture;
using Connbeat.Enrichment;
using Connbeat.Events;

namespace Connbeat.Tests.Enrichment;

public sealed class NamespaceDirectoryTests
{
    private static readonly ContainerFacts Web = new() { Id = "web" };
    private static readonly ContainerFacts Shop = new() { Id = "shop" };

    private readonly NamespaceDirectory _namespaces = new();

    [Fact]
    public void Names_are_those_of_the_latest_sighting()
    {
        _namespaces.Apply([new(7, "blue", [70]), new(8, null, [80])]);
        Assert.Equal(("blue", null, null), (_namespaces.NameOf(7), _namespaces.NameOf(8), _namespaces.NameOf(9)));

        _namespaces.Apply([new(7, "green", [70])]);
        Assert.Equal("green", _namespaces.NameOf(7));
    }

    [Fact]
    public void A_name_that_is_taken_away_is_kept_as_long_as_the_namespace_lives()
    {
        _namespaces.Apply([new(7, "blue", [70])]);
        _namespaces.Apply([new(7, null, [70])]);
        Assert.Equal("blue", _namespaces.NameOf(7));

        _namespaces.Apply([new(7, null, [71])]);
        Assert.Null(_namespaces.NameOf(7));
    }

    [Fact]
    public void Those_with_processes_are_asked_about_at_once_and_then_with_every_request()
    {
        _namespaces.Apply([Sighting(7, 70), Sighting(8)]);
        Assert.Equal(1, _namespaces.Unasked);
        Assert.Equal(7u, Assert.Single(_namespaces.Request()).Id);
        Assert.Equal(0, _namespaces.Unasked);
        Assert.Equal(7u, Assert.Single(_namespaces.Request()).Id);

        _namespaces.Apply([Sighting(7, 70), Sighting(8, 80)]);
        Assert.Equal(1, _namespaces.Unasked);
    }

    [Fact]
    public void An_answer_counts_until_the_next_one()
    {
        Answer(7, Web, Sighting(7, 70));
        Assert.Same(Web, _namespaces.ContainerOf(7));
        Assert.Null(_namespaces.ContainerOf(8));

        Answer(7, null, Sighting(7, 70, 71));
        Assert.Null(_namespaces.ContainerOf(7));
    }

    [Fact]
    public void One_whose_processes_ended_keeps_its_container()
    {
        Answer(7, Web, Sighting(7, 70));
        _namespaces.Apply([Sighting(7)]);

        Assert.Same(Web, _namespaces.ContainerOf(7));
    }

    [Fact]
    public void One_that_vanished_is_remembered_and_may_still_be_answered()
    {
        _namespaces.Apply([new(7, "blue", [70])]);
        _namespaces.Request();
        _namespaces.Apply([]);
        _namespaces.Apply(new Dictionary<uint, ContainerFacts?> { [7] = Web });
        Assert.Equal(("blue", Web), (_namespaces.NameOf(7), _namespaces.ContainerOf(7)));

        _namespaces.Apply(new Dictionary<uint, ContainerFacts?> { [7] = null });
        Assert.Same(Web, _namespaces.ContainerOf(7));
    }

    [Fact]
    public void A_new_one_with_the_number_of_an_old_one_is_another()
    {
        Answer(7, Web, Sighting(7, 70));
        _namespaces.Apply([]);
        _namespaces.Apply([Sighting(7, 90)]);
        Assert.Null(_namespaces.ContainerOf(7));

        Answer(7, Shop, Sighting(7, 90, 91));
        _namespaces.Apply([Sighting(7, 95)]);
        Assert.Null(_namespaces.ContainerOf(7));
        _namespaces.Apply(new Dictionary<uint, ContainerFacts?> { [7] = Shop });
        Assert.Null(_namespaces.ContainerOf(7));
    }

    [Fact]
    public void The_oldest_that_vanished_is_forgotten_first()
    {
        _namespaces.Apply([new(1, "first", [])]);
        _namespaces.Apply([]);
        _namespaces.Apply([new(2, "second", []), new(1, "first again", [])]);
        for (uint id = 10; id <= 10 + NamespaceDirectory.MostVanished; id++)
        {
            _namespaces.Apply([new(1, "first again", []), new(id, "other", [])]);
        }

        Assert.Equal((null, "first again"), (_namespaces.NameOf(2), _namespaces.NameOf(1)));
        Assert.Equal("other", _namespaces.NameOf(10));
    }

    private static NamespaceSighting Sighting(uint id, params int[] pids) => new(id, null, pids);

    private void Answer(uint id, ContainerFacts? container, NamespaceSighting sighting)
    {
        _namespaces.Apply([sighting]);
        _namespaces.Request();
        _namespaces.Apply(new Dictionary<uint, ContainerFacts?> { [id] = container });
    }
}
