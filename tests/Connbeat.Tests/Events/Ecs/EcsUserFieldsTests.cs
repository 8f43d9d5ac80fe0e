using System.Text.Json;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events.Ecs;

public sealed class EcsUserFieldsTests
{
    [Fact]
    public void They_stand_where_the_connbeat_schema_has_them()
    {
        HostFacts host = Some.Host() with
        {
            Tags = ["t1", "t2"],
            Fields = new Dictionary<string, object?> { ["zone"] = "eu", ["rack"] = 7 },
        };
        JsonElement json = EncodedEcs.Read(Some.Event(), host);

        Assert.Equal("""{"rack":7,"zone":"eu"}""", json.TextAt("fields"));
        Assert.Equal("""["t1","t2"]""", json.TextAt("tags"));
        PublishedSchema.Ecs.Valid(EncodedEcs.Bytes(Some.Event(), host));
    }

    [Fact]
    public void Under_root_the_events_own_fields_win_also_where_the_users_are_dotted()
    {
        string[] own =
        [
            .. PublishedSchema.Ecs.Root.GetProperty("properties").EnumerateObject().Select(field => field.Name),
            "data_stream.namespace", "event.dataset", "host.os.version", "connbeat.x", "fields.a",
        ];
        string[] free = ["cloud", "labels", "labels.team", "message", "service.name", "eventual", "sources.a", ".", ""];
        HostFacts host = Some.Host() with
        {
            Tags = ["t1"],
            Fields = own.Concat(free).ToDictionary(name => name, object? (_) => "the user's"),
            FieldsUnderRoot = true,
        };

        foreach (EventAction action in Enum.GetValues<EventAction>())
        {
            JsonElement json = EncodedEcs.Read(Some.Event(action), host);
            Assert.Equal(
                free.Order(StringComparer.Ordinal),
                json.EnumerateObject().Where(IsTheUsers).Select(field => field.Name));
            Assert.Distinct(json.EnumerateObject().Select(field => field.Name));
        }
    }

    [Theory]
    [InlineData("event", true)]
    [InlineData("event.kind", true)]
    [InlineData("events", false)]
    [InlineData("my.event", false)]
    public void A_name_is_the_events_own_up_to_its_first_dot(string name, bool isOwn) =>
        Assert.Equal(isOwn, EcsNames.IsOwn(name));

    private static bool IsTheUsers(JsonProperty field) =>
        field.Value.ValueKind == JsonValueKind.String && field.Value.ValueEquals("the user's");
}
