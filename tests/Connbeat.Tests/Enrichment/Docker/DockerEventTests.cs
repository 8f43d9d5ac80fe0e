using System.Text;
using Connbeat.Enrichment.Docker;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Enrichment.Docker;

public sealed class DockerEventTests
{
    [Fact]
    public void What_happens_to_a_container_or_to_its_networks_is_read()
    {
        DockerEvent[] events = [.. Fixture.Lines("docker/events.ndjson").Select(Parse)];

        Assert.Equal(
            [
                new("start", FakeEngine.Web),
                new("connect", FakeEngine.Web), // Docker: the actor is the network
                new("rename", FakeEngine.Resolver),
                new("health_status: healthy", FakeEngine.Web),
                new("disconnect", FakeEngine.Resolver), // Podman: the actor is the container
                new("mount", null),
                new("destroy", FakeEngine.Resolver),
            ],
            events);
        Assert.Equal([false, false, false, false, false, false, true], events.Select(told => told.IsEnd));
    }

    [Theory]
    [InlineData("""{"Action":"start"}""")]
    [InlineData("""{"Type":"container","Action":"start","Actor":"me"}""")]
    [InlineData("""{"Type":"container","Action":"start","Actor":{"ID":{}}}""")]
    [InlineData("""{"Type":"network","Action":"destroy","Actor":{"ID":"n1"}}""")]
    public void An_event_may_be_about_no_container(string json) => Assert.Null(Parse(json).Container);

    [Theory]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("""{"Type":"container","Action":null,"Actor":{"ID":"a1"}}""")]
    public void An_event_of_nothing_is_refused(string json) => Assert.Throws<WireFormatException>(() => Parse(json));

    [Fact]
    public void Damaged_bytes_never_escape_as_another_exception()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Fixture.Lines("docker/events.ndjson")[2]);

        Assert.True(Damage.Inflict(whole, bytes => DockerEvent.Parse(bytes.ToArray()), 10_000) >= whole.Length);
    }

    private static DockerEvent Parse(string json) => DockerEvent.Parse(Encoding.UTF8.GetBytes(json));
}
