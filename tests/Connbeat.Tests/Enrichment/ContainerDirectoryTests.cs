using Connbeat.Enrichment;
using Connbeat.Events;

namespace Connbeat.Tests.Enrichment;

public sealed class ContainerDirectoryTests
{
    private readonly List<string> _asked = [];
    private readonly ContainerDirectory _directory;

    public ContainerDirectoryTests() => _directory = new ContainerDirectory(_asked.Add, capacity: 3);

    [Fact]
    public void A_container_is_asked_for_once_and_awaited_until_there_are_news()
    {
        Assert.False(_directory.IsAwaited("a"));

        _directory.Want("a");
        _directory.Want("a");

        Assert.Equal(["a"], _asked);
        Assert.True(_directory.IsAwaited("a"));
        Assert.Null(_directory.DetailsOf("a"));

        ContainerDetails details = Named("/web");
        Assert.True(_directory.Apply(new ContainerNews("a", details)));
        Assert.False(_directory.IsAwaited("a"));
        Assert.Same(details, _directory.DetailsOf("a"));
    }

    [Fact]
    public void A_container_that_the_engine_does_not_have_is_neither_awaited_nor_asked_for_again()
    {
        _directory.Want("a");

        Assert.False(_directory.Apply(new ContainerNews("a", null)));
        _directory.Want("a");

        Assert.Equal(["a"], _asked);
        Assert.False(_directory.IsAwaited("a"));
        Assert.Null(_directory.DetailsOf("a"));
    }

    [Fact]
    public void News_replace_what_was_known_and_the_end_of_a_container_does_not()
    {
        _directory.Want("a");
        _directory.Apply(new ContainerNews("a", null));
        _directory.Apply(new ContainerNews("a", Named("/web")));
        Assert.True(_directory.Apply(new ContainerNews("a", Named("/front"))));

        Assert.False(_directory.Apply(new ContainerNews("a", null)));

        Assert.Equal("/front", _directory.DetailsOf("a")?.Name);
    }

    [Fact]
    public void What_is_known_can_be_told_otherwise_from_now_on()
    {
        _directory.Want("a");
        _directory.Want("b");
        _directory.Apply(new ContainerNews("a", Named("/web")));

        _directory.Replace(known => known with { Name = "*" });

        Assert.Equal("*", _directory.DetailsOf("a")?.Name);
        Assert.Null(_directory.DetailsOf("b"));
        Assert.True(_directory.IsAwaited("b"));
    }

    [Fact]
    public void News_that_nobody_wants_are_passed_over()
    {
        Assert.False(_directory.Apply(new ContainerNews("a", Named("/web"))));

        Assert.Null(_directory.DetailsOf("a"));
        Assert.Equal(0, _directory.Count);
    }

    [Fact]
    public void The_one_that_was_used_longest_ago_is_forgotten_first_and_asked_for_again()
    {
        Assert.All(["a", "b", "c"], _directory.Want);
        _directory.Apply(new ContainerNews("a", Named("/web")));
        _directory.DetailsOf("a");
        _directory.Want("b");

        _directory.Want("d");

        Assert.Equal(3, _directory.Count);
        Assert.False(_directory.IsAwaited("c"));
        Assert.False(_directory.Apply(new ContainerNews("c", Named("/late"))));
        Assert.Equal("/web", _directory.DetailsOf("a")?.Name);
        _directory.Want("c");
        Assert.Equal(["a", "b", "c", "d", "c"], _asked);
    }

    [Fact]
    public void Without_an_engine_nothing_is_awaited()
    {
        ContainerDirectory directory = new(null);

        directory.Want("a");

        Assert.False(directory.IsAwaited("a"));
        Assert.Null(directory.DetailsOf("a"));
        Assert.Equal(0, directory.Count);
    }

    private static ContainerDetails Named(string name) => new()
    {
        Name = name,
        Image = "nginx:1.27",
        Host = new ContainerHost("berlin-07", null),
    };
}
