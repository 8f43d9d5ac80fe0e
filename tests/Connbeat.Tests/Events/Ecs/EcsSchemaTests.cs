using System.Text;
using System.Text.Json.Nodes;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events.Ecs;

public sealed class EcsSchemaTests
{
    [Fact]
    public void Every_combination_of_what_is_known_is_valid()
    {
        foreach (ConnectionEvent happened in EventCombinations.All())
        {
            PublishedSchema.Ecs.Valid(EncodedEcs.Bytes(happened));
        }
    }

    [Fact]
    public void So_it_is_where_little_is_known_or_may_be_told()
    {
        foreach (EventAction action in Enum.GetValues<EventAction>())
        {
            PublishedSchema.Ecs.Valid(EncodedEcs.Bytes(Some.Event(action), boot: BootFacts.Unknown));
            PublishedSchema.Ecs.Valid(EncodedEcs.Bytes(Some.Event(action), exposeProcesses: false));
        }
    }

    /// <summary>A schema that takes everything checks nothing.</summary>
    [Theory]
    [InlineData(EventAction.ConnectionOpened, "event.sequence")]
    [InlineData(EventAction.ConnectionOpened, "event.category")]
    [InlineData(EventAction.ConnectionOpened, "network.community_id")]
    [InlineData(EventAction.ConnectionOpened, "client")]
    [InlineData(EventAction.ConnectionActive, "source")]
    [InlineData(EventAction.ConnectionClosed, "destination.ip")]
    [InlineData(EventAction.ConnectionClosed, "connbeat.local_process")]
    [InlineData(EventAction.ConnectionFailed, "event.outcome")]
    [InlineData(EventAction.ListenerOpened, "server")]
    [InlineData(EventAction.ListenerActive, "destination.port")]
    [InlineData(EventAction.Gap, "connbeat")]
    [InlineData(EventAction.Gap, "connbeat.gap.stage")]
    [InlineData(EventAction.AgentAlive, "ecs.version")]
    [InlineData(EventAction.AgentAlive, "event")]
    public void An_event_without_a_field_that_it_must_have_is_refused(object action, string path)
    {
        JsonNode json = Node((EventAction)action);
        string[] steps = path.Split('.');
        JsonNode parent = steps[..^1].Aggregate(json, (node, name) => node[name]!);
        Assert.True(parent.AsObject().Remove(steps[^1]));

        Assert.NotEmpty(Faults(json));
    }

    [Theory]
    [InlineData(EventAction.ConnectionOpened, "colour", "1")]
    [InlineData(EventAction.ConnectionOpened, "source", "{\"ip\":\"::1\",\"port\":65536}")]
    [InlineData(EventAction.ConnectionOpened, "source", "{\"ip\":\"localhost\",\"port\":1}")]
    [InlineData(EventAction.ConnectionOpened, "error", "{\"code\":\"ECONNREFUSED\"}")]
    [InlineData(EventAction.ConnectionOpened, "@timestamp", "\"2026-11-21T06:30:59Z\"")]
    [InlineData(EventAction.ConnectionOpened, "user", "{\"id\":33}")]
    [InlineData(EventAction.ConnectionOpened, "container", "{}")]
    [InlineData(EventAction.ListenerOpened, "source", "{\"ip\":\"::1\",\"port\":1}")]
    [InlineData(EventAction.ListenerOpened, "client", "{\"ip\":\"::1\",\"port\":1}")]
    [InlineData(EventAction.AgentStarted, "server", "{\"ip\":\"::1\",\"port\":1}")]
    [InlineData(EventAction.AgentStarted, "destination", "{\"ip\":\"::1\",\"port\":1}")]
    [InlineData(EventAction.AgentStarted, "process", "{\"name\":\"a\",\"pid\":1}")]
    [InlineData(EventAction.ConnectionClosed, "connbeat", "{\"agent\":{\"last_sequence\":1}}")]
    public void An_event_with_a_field_that_it_must_not_have_is_refused(object action, string name, string value)
    {
        JsonNode json = Node((EventAction)action);
        json[name] = JsonNode.Parse(value);

        Assert.NotEmpty(Faults(json));
    }

    [Fact]
    public void Every_field_is_described() => Assert.Empty(PublishedSchema.Ecs.Undescribed());

    [Fact]
    public void Every_name_at_the_root_is_the_events_own()
    {
        IEnumerable<string> names =
            PublishedSchema.Ecs.Root.GetProperty("properties").EnumerateObject().Select(field => field.Name);

        Assert.All(names, name => Assert.True(EcsNames.IsOwn(name), name));
    }

    private static JsonNode Node(EventAction action) => JsonNode.Parse(EncodedEcs.Bytes(Some.Event(action)))!;

    private static IReadOnlyList<string> Faults(JsonNode json) =>
        PublishedSchema.Ecs.Faults(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
