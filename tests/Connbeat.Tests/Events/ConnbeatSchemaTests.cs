using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connbeat.Events;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

public sealed class ConnbeatSchemaTests
{
    private static readonly EventAction[] OfSockets =
        [.. Enum.GetValues<EventAction>().Where(action => !action.IsAgent())];

    [Fact]
    public void Every_combination_of_what_is_known_is_valid()
    {
        foreach (EventAction action in OfSockets)
        {
            foreach (ConnectionEvent happened in Combinations(Some.Event(action)))
            {
                SchemaAssert.Valid(EncodedEvents.Bytes(happened));
            }
        }
    }

    [Fact]
    public void Every_combination_of_what_the_agent_knows_of_itself_is_valid()
    {
        foreach (bool[] known in Choices(4))
        {
            RunFacts run = new()
            {
                LastSequence = known[0] ? 6 : null,
                PreviousRun = known[1] ? Some.Boot.ToString() : null,
                PreviousLastSequence = known[2] ? 0 : null,
                PreviousClean = known[3] ? true : null,
            };
            SchemaAssert.Valid(EncodedEvents.Bytes(Some.Event(EventAction.AgentStarted) with { Run = run }));
            SchemaAssert.Valid(EncodedEvents.Bytes(Some.Event(EventAction.AgentAlive) with { Run = run }));
        }

        SchemaAssert.Valid(EncodedEvents.Bytes(Some.Event(EventAction.AgentStarted) with { Run = null }));
        ConnectionEvent gap = Some.Event(EventAction.Gap);
        SchemaAssert.Valid(EncodedEvents.Bytes(gap));
        SchemaAssert.Valid(EncodedEvents.Bytes(gap with { Gap = gap.Gap! with { Count = null } }));
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
    public void Every_field_is_described()
    {
        AssertDescribed(SchemaAssert.Schema());

        static void AssertDescribed(JsonElement schema)
        {
            foreach (JsonProperty field in schema.GetProperty("properties").EnumerateObject())
            {
                bool isDescribed = field.Value.TryGetProperty("description", out _);
                Assert.True(isDescribed || field.Value.TryGetProperty("$ref", out _), field.Name);
            }

            if (schema.TryGetProperty("$defs", out JsonElement definitions))
            {
                foreach (JsonProperty definition in definitions.EnumerateObject())
                {
                    Assert.True(definition.Value.TryGetProperty("description", out _), definition.Name);
                    if (definition.Value.TryGetProperty("properties", out _))
                    {
                        AssertDescribed(definition.Value);
                    }
                }
            }
        }
    }

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

    /// <summary>The event with every choice of its own fields, of its socket's and of its process's.</summary>
    private static IEnumerable<ConnectionEvent> Combinations(ConnectionEvent full)
    {
        SocketFacts socket = full.Socket!;
        ProcessFacts process = socket.Process!;
        foreach (bool[] known in Choices(5))
        {
            yield return full with
            {
                Reason = known[0] ? "seen_at_start" : null,
                Start = known[1] ? full.Start : null,
                End = known[2] ? full.End : null,
                Duration = known[3] ? full.Duration : null,
                ErrorCode = known[4] ? full.ErrorCode : null,
            };
        }

        foreach (bool[] known in Choices(9))
        {
            yield return full with
            {
                Socket = socket with
                {
                    Process = known[0] ? process : null,
                    Uid = known[1] ? 1000u : null,
                    User = known[2] ? "ann" : null,
                    Namespace = known[3] ? 4026532211 : null,
                    NamespaceName = known[4] ? "blue" : null,
                    BytesSent = known[5] ? 0 : null,
                    BytesReceived = known[6] ? long.MaxValue : null,
                    RttMicroseconds = known[7] ? uint.MaxValue : null,
                    Retransmits = known[8] ? 0u : null,
                },
            };
        }

        foreach (bool[] known in Choices(6))
        {
            yield return full with
            {
                Socket = socket with
                {
                    Process = null,
                    Unit = known[0] ? "ssh.service" : null,
                    Container = new ContainerFacts
                    {
                        Id = known[1] ? Some.Container().Id : null,
                        Runtime = known[2] ? "podman" : null,
                        PodUid = Some.ContainerOfPod().PodUid,
                    },
                    ContainerDetails = known[3] ? Some.ContainerDetails() with
                    {
                        Host = new ContainerHost("web-1", known[4] ? [] : null),
                        Environment = known[5] ? [] : ["A=1"],
                    } : null,
                },
            };
        }

        foreach (bool[] known in Choices(7))
        {
            yield return full with
            {
                Socket = socket with
                {
                    Process = process with
                    {
                        Start = known[0] ? process.Start : null,
                        ParentPid = known[1] ? 0 : null,
                        Executable = known[2] ? process.Executable : null,
                        Environment = known[3] ? process.Environment : null,
                        Uid = known[4] ? process.Uid : null,
                        User = known[5] ? process.User : null,
                        Unit = known[6] ? process.Unit : null,
                    },
                },
            };
        }
    }

    private static IEnumerable<bool[]> Choices(int count) => Enumerable.Range(0, 1 << count)
        .Select(bits => Enumerable.Range(0, count).Select(bit => (bits >> bit & 1) == 1).ToArray());
}
