using System.Globalization;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux.ProcFs;

namespace Connbeat.Tests.Enrichment;

public sealed class SharedContainersTests
{
    private static readonly ContainerCgroup Web = new("4711ab", "docker", "97f1ae73");

    private readonly SharedContainers _containers = new();

    [Fact]
    public void The_same_container_is_the_same_instance()
    {
        ContainerFacts? facts = _containers.Of(Web);

        Assert.Equal(new ContainerFacts { Id = "4711ab", Runtime = "docker", PodUid = "97f1ae73" }, facts);
        Assert.Same(facts, _containers.Of(new ContainerCgroup("4711" + "ab", "docker", "97f1ae73")));
        Assert.NotEqual(facts, _containers.Of(Web with { Runtime = null }));
        Assert.Null(_containers.Of(null));
    }

    [Fact]
    public void Beyond_the_most_it_begins_anew()
    {
        ContainerFacts? first = _containers.Of(Web);
        for (int number = 1; number < SharedContainers.Most; number++)
        {
            _containers.Of(new ContainerCgroup(number.ToString(CultureInfo.InvariantCulture), null, null));
        }

        Assert.Same(first, _containers.Of(Web));
        _containers.Of(new ContainerCgroup("one more", null, null));
        Assert.NotSame(first, _containers.Of(Web));
        Assert.Equal(first, _containers.Of(Web));
    }
}
