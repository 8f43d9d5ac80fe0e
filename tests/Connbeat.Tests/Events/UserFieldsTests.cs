using System.Text.Json;
using Connbeat.Events;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

public sealed class UserFieldsTests
{
    private static readonly Dictionary<string, object?> Everything = new()
    {
        ["text"] = "eu-west & \"north\"",
        ["whole"] = 7,
        ["long"] = long.MinValue,
        ["broken"] = 1.5,
        ["endless"] = double.PositiveInfinity,
        ["yes"] = true,
        ["nothing"] = null,
        ["list"] = new List<object?> { "a", 1, null, new List<object?>() },
        ["map"] = new Dictionary<string, object?> { ["b"] = 1, ["a"] = new Dictionary<string, object?>() },
    };

    [Fact]
    public void Without_any_there_are_neither_tags_nor_fields()
    {
        JsonElement json = EncodedEvents.Read(Some.Event());

        Assert.False(json.TryGetProperty("tags", out _));
        Assert.False(json.TryGetProperty("fields", out _));
    }

    [Fact]
    public void Every_kind_of_value_keeps_its_kind()
    {
        ConnectionEvent happened = Some.Event();
        HostFacts host = Some.Host() with { Fields = Everything, Tags = ["t1", "t2"] };
        JsonElement json = EncodedEvents.Read(happened, host);

        Assert.Equal(
            """{"broken":1.5,"endless":"Infinity","list":["a",1,null,[]],"long":-9223372036854775808,"map":""" +
            """{"a":{},"b":1},"nothing":null,"text":"eu-west & \"north\"","whole":7,"yes":true}""",
            json.GetProperty("fields").GetRawText());
        Assert.Equal("""["t1","t2"]""", json.GetProperty("tags").GetRawText());
        SchemaAssert.Valid(EncodedEvents.Bytes(happened, host));
    }

    [Fact]
    public void Under_root_they_stand_beside_the_events_own()
    {
        HostFacts host = Some.Host() with { Fields = Everything, FieldsUnderRoot = true };
        JsonElement json = EncodedEvents.Read(Some.Event(), host);

        Assert.False(json.TryGetProperty("fields", out _));
        Assert.All(Everything.Keys, name => Assert.True(json.TryGetProperty(name, out _), name));
    }

    [Fact]
    public void Under_root_the_events_own_fields_win()
    {
        HostFacts host = Some.Host() with
        {
            Tags = ["t1"],
            Fields = OwnNames().Append("mine").ToDictionary(name => name, object? (_) => "the user's"),
            FieldsUnderRoot = true,
        };

        foreach (EventAction action in Enum.GetValues<EventAction>())
        {
            JsonElement json = EncodedEvents.Read(Some.Event(action), host);
            Assert.Equal("mine", Assert.Single(json.EnumerateObject(), field =>
                field.Value.ValueKind == JsonValueKind.String && field.Value.ValueEquals("the user's")).Name);
            Assert.Distinct(json.EnumerateObject().Select(field => field.Name));
        }
    }

    [Fact]
    public void Every_name_of_the_schema_is_the_events_own() =>
        Assert.All(OwnNames(), name => Assert.True(FieldNames.IsOwn(name), name));

    [Fact]
    public void A_value_without_a_form_in_json_is_refused_before_the_first_event()
    {
        HostFacts host = Some.Host() with { Fields = new Dictionary<string, object?> { ["when"] = Some.Time } };

        ArgumentException fault = Assert.Throws<ArgumentException>(() => new UserFields(host, FieldNames.IsOwn));
        Assert.Contains("DateTimeOffset", fault.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> OwnNames() =>
        SchemaAssert.Schema().GetProperty("properties").EnumerateObject().Select(field => field.Name);
}
