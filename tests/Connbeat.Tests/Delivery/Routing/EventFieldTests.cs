using System.Buffers;
using System.Text;
using System.Text.Json;
using Connbeat.Delivery.Routing;
using Connbeat.Events;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery.Routing;

public sealed class EventFieldTests
{
    [Fact]
    public void Every_field_of_every_event_is_found_and_is_what_a_reader_has()
    {
        int found = 0;
        foreach (ConnectionEvent happened in AnyEvents.Deck(seed: 20_26).Take(500))
        {
            byte[] json = EncodedEvents.Bytes(happened, AnyEvents.Host(fieldsUnderRoot: false));
            using JsonDocument document = JsonDocument.Parse(json);
            foreach ((string path, JsonElement value) in document.RootElement.Leaves())
            {
                string? expected = value.ValueKind is JsonValueKind.Array or JsonValueKind.Null ? null : value.ToString();
                Assert.Equal(value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetRawText() : expected, Text(json, path));
                found++;
            }
        }

        Assert.True(found > 5000, $"{found} found");
    }

    [Theory]
    [InlineData("""{"a":{"b":1}}""", "a.b", "1")]
    [InlineData("""{"a.b":1}""", "a.b", "1")]
    [InlineData("""{"a":{"c":2},"a.b":{"c":1}}""", "a.b.c", "1")]
    [InlineData("""{"a":{"b":{"x":1}},"a.b":{"c":"ü\n"}}""", "a.b.c", "ü\n")]
    [InlineData("""{"ab":1,"a":{"b":2}}""", "a.b", "2")]
    [InlineData("""{"a":[{"b":1}],"c":3}""", "c", "3")]
    [InlineData("""{"\u0026":{"b":1},"c":3}""", "c", "3")]
    [InlineData("""{"\u0026":7}""", "&", "7")]
    [InlineData("""{"a":true}""", "a", "true")]
    [InlineData("""{"a":-1.5e3}""", "a", "-1.5e3")]
    [InlineData("""{"a":""}""", "a", "")]
    [InlineData("""{"a":null}""", "a", null)]
    [InlineData("""{"a":[1]}""", "a", null)]
    [InlineData("""{"a":{"b":1}}""", "a", null)]
    [InlineData("""{"a":1}""", "a.b", null)]
    [InlineData("""{"a":1}""", "b", null)]
    [InlineData("""{"a":"\ud800"}""", "a", null)]
    [InlineData("""[1]""", "a", null)]
    [InlineData("", "a", null)]
    public void A_name_leads_through_objects(string json, string name, string? expected) =>
        Assert.Equal(expected, Text(Encoding.UTF8.GetBytes(json), name));

    [Fact]
    public void Damaged_events_have_a_field_or_not()
    {
        byte[] whole = EncodedEvents.Bytes(Some.Event(EventAction.ConnectionOpened));

        Assert.Equal(0, Damage.Inflict(whole, bytes => Text(bytes.ToArray(), "remote_port"), rounds: 20_000));
    }

    private static string? Text(byte[] json, string name)
    {
        ArrayBufferWriter<char> text = new();
        return EventField.TryFind(json, Encoding.UTF8.GetBytes(name), out Utf8JsonReader value) &&
            EventField.TryAppend(ref value, text) ? text.WrittenSpan.ToString() : null;
    }
}
