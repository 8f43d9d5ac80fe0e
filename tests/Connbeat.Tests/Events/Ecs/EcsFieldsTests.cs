using System.Text.Json;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events.Ecs;

/// <summary>Every field that is written is one of ECS 9.3, of its type, with a value that it allows.</summary>
public sealed class EcsFieldsTests
{
    private static readonly string?[] Reasons = [null, "seen_at_start", "seen_at_close", "peer_changed"];
    private static readonly string[] Errors = ["ECONNREFUSED", "EPERM", "EACCES"];

    private readonly EcsTable _table = new();

    [Fact]
    public void Every_field_is_one_of_the_reference_and_of_its_type()
    {
        foreach (JsonElement json in Events())
        {
            Assert.Empty(_table.Faults(json));
        }
    }

    [Fact]
    public void Every_field_of_the_table_is_written() =>
        Assert.Equal(
            _table.Names.Order(StringComparer.Ordinal),
            Events().SelectMany(EcsTable.FieldsOf).Select(field => field.Path).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_version_is_that_of_the_table() =>
        Assert.Equal(_table.Version, EncodedEcs.Read(Some.Event()).TextAt("ecs.version"));

    [Fact]
    public void The_data_stream_is_named_alike_everywhere()
    {
        foreach (EventAction action in Enum.GetValues<EventAction>())
        {
            JsonElement json = EncodedEcs.Read(Some.Event(action));

            Assert.Equal(
                "logs-connbeat.connection-default",
                $"{json.TextAt("data_stream.type")}-{json.TextAt("data_stream.dataset")}-{json.TextAt("data_stream.namespace")}");
            Assert.Equal(json.TextAt("data_stream.dataset"), json.TextAt("event.dataset"));
        }
    }

    /// <summary>A table that takes everything checks nothing.</summary>
    [Theory]
    [InlineData("""{"source":{"addr":"::1"},"event":{"type":[]}}""", "source.addr is no field of ECS")]
    [InlineData("""{"source":{"ip":"localhost"},"event":{"type":[]}}""", "source.ip is no ip: localhost")]
    [InlineData("""{"source":{"port":"80"},"event":{"type":[]}}""", "source.port is no long: 80")]
    [InlineData("""{"user":{"id":33},"event":{"type":[]}}""", "user.id is no keyword: 33")]
    [InlineData("""{"tags":"a","event":{"type":[]}}""", "tags is no array")]
    [InlineData("""{"process":{"name":["a"]},"event":{"type":[]}}""", "process.name is an array")]
    [InlineData("""{"event":{"type":["opened"]}}""", "event.type must not be opened")]
    [InlineData("""{"event":{"type":["user"],"category":["network"]}}""", "event.type user is none of category network")]
    public void What_is_not_of_the_reference_is_a_fault(string json, string fault) =>
        Assert.Equal([fault], _table.Faults(JsonElement.Parse(json)));

    private static IEnumerable<JsonElement> Events()
    {
        HostFacts host = Some.Host() with
        {
            Tags = ["a", "b"],
            Fields = new Dictionary<string, object?> { ["zone"] = "eu" },
        };
        return EventCombinations.All().Concat(Sockets()).Select(happened => EncodedEcs.Read(happened, host))
            .Append(EncodedEcs.Read(Some.Event(), boot: BootFacts.Unknown))
            .Append(EncodedEcs.Read(Some.Event(), exposeProcesses: false));
    }

    private static IEnumerable<ConnectionEvent> Sockets() =>
        from action in Enum.GetValues<EventAction>()
        where !action.IsAgent()
        from direction in Enum.GetValues<Direction>()
        from transport in new[] { Transport.Tcp, Transport.Udp }
        from tuple in new[] { Some.Tuple(), Some.IPv6Tuple() }
        from error in Errors
        from reason in Reasons
        let happened = Some.Event(action)
        select happened with
        {
            Reason = reason,
            ErrorCode = happened.ErrorCode is null ? null : error,
            Socket = happened.Socket! with { Direction = direction, Transport = transport, Tuple = tuple },
        };
}
