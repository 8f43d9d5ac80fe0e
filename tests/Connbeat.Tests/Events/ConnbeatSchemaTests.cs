using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connbeat.Events;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

public sealed class ConnbeatSchemaTests
{
    [Fact]
    public void Every_combination_of_what_is_known_is_valid()
    {
        foreach (ConnectionEvent happened in EventCombinations.All())
        {
            SchemaAssert.Valid(EncodedEvents.Bytes(happened));
        }
    }

    /// <summary>A schema that takes everything checks nothing.</summary>
    [Theory]
    [InlineData(EventAction.ConnectionOpened, "event.sequence")]
    [InlineData(EventAction.ConnectionOpened, "network.community_id")]
    [InlineData(EventAction.ConnectionActive, "local_ip")]
    [InlineData(EventAction.ConnectionClosed, "remote_port")]
    [InlineData(EventAction.ListenerOpened, "listener")]
    [InlineData(EventAction.ListenerActive, "local_port")]
    [InlineData(EventAction.ListenerClosed, "local_process.environ")]
    [InlineData(EventAction.ConnectionUnprotected, "tunnel")]
    [InlineData(EventAction.TunnelUp, "tunnel.protected")]
    [InlineData(EventAction.Gap, "gap")]
    [InlineData(EventAction.Gap, "gap.stage")]
    [InlineData(EventAction.AgentAlive, "beat.local_ips")]
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
    [InlineData(EventAction.ConnectionOpened, "type", "\"connbeat-agent\"")]
    [InlineData(EventAction.ConnectionOpened, "colour", "1")]
    [InlineData(EventAction.ConnectionOpened, "local_port", "\"80\"")]
    [InlineData(EventAction.ConnectionOpened, "local_port", "65536")]
    [InlineData(EventAction.ConnectionOpened, "local_ip", "\"localhost\"")]
    [InlineData(EventAction.ConnectionOpened, "error", "{\"code\":\"ECONNREFUSED\"}")]
    [InlineData(EventAction.ConnectionOpened, "listener", "{\"ip\":\"::\"}")]
    [InlineData(EventAction.ConnectionOpened, "@timestamp", "\"2026-11-21T06:30:59Z\"")]
    [InlineData(EventAction.ConnectionOpened, "gap", "{}")]
    [InlineData(EventAction.ListenerOpened, "local_ip", "\"::1\"")]
    [InlineData(EventAction.AgentStarted, "local_port", "80")]
    [InlineData(EventAction.AgentStarted, "container", "{\"id\":\"a\"}")]
    [InlineData(EventAction.ConnectionOpened, "container", "{}")]
    [InlineData(EventAction.ConnectionOpened, "container", "{\"id\":7}")]
    [InlineData(EventAction.ConnectionOpened, "container", "{\"id\":\"a\",\"local_ips\":[]}")]
    [InlineData(EventAction.ConnectionOpened, "container", "{\"id\":\"a\",\"labels\":{\"a\":1}}")]
    [InlineData(EventAction.ConnectionOpened, "container", "{\"id\":\"a\",\"ports\":{\"80\":[{\"HostIp\":\"::\"}]}}")]
    [InlineData(EventAction.ConnectionOpened, "container", "{\"id\":\"a\",\"docker_host\":{\"hostname\":\"h\"}}")]
    [InlineData(EventAction.ConnectionClosed, "agent", "{\"last_sequence\":1}")]
    public void An_event_with_a_field_that_it_must_not_have_is_refused(object action, string name, string value)
    {
        JsonNode json = Node((EventAction)action);
        json[name] = JsonNode.Parse(value);

        Assert.NotEmpty(Faults(json));
    }

    [Fact]
    public void Every_field_is_described() => Assert.Empty(PublishedSchema.Connbeat.Undescribed());

    [Fact]
    public void A_keyword_that_the_check_does_not_know_is_a_fault()
    {
        JsonElement schema = JsonElement.Parse("""{"type":"string","maxLength":3}""");

        Assert.Equal(
            ["$: unknown keyword maxLength in the schema"],
            new JsonSchemaCheck(schema).Faults(JsonElement.Parse("\"abcd\"")));
    }

    private static JsonNode Node(EventAction action) => JsonNode.Parse(EncodedEvents.Bytes(Some.Event(action)))!;

    private static IReadOnlyList<string> Faults(JsonNode json) =>
        SchemaAssert.Faults(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
