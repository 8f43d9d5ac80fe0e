using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Delivery.Routing;

namespace Connbeat.Tests.Delivery.Routing;

public sealed class EventRouteTests
{
    private static readonly EncodedEvent Event = Encoded.Event(
        5, """{"fields":{"site":"berlin"},"local_port":443,"remote_ip":"2001:db8::17","tags":["edge","web"],"type":"connbeat"}""");

    [Theory]
    [InlineData("connbeat", "connbeat")]
    [InlineData("c-%{[fields.site]}-%{+yyyy.MM.dd}", "c-berlin-2026.01.02")]
    [InlineData("%{[local_port]}%{[nothing]:80}%{[nothing]:}", "44380")]
    public void A_format_is_completed_by_the_event(string format, string expected)
    {
        EventText text = new(FormatString.Parse(format));

        Assert.Equal(expected, text.Of(Event, out string? missing));
        Assert.Null(missing);
        Assert.Same(text.Of(Event, out _), text.Of(Event, out _));
    }

    [Fact]
    public void What_the_event_lacks_is_named()
    {
        Assert.Null(new EventText(FormatString.Parse("a%{[fields.rack]}")).Of(Event, out string? missing));
        Assert.Equal("fields.rack", missing);
    }

    [Fact]
    public void An_event_is_not_looked_into_for_what_it_need_not_tell()
    {
        EncodedEvent torn = Encoded.Event(1, "no JSON");

        Assert.Equal("connbeat-2026", new EventText(FormatString.Parse("connbeat-%{+yyyy}")).Of(torn, out _));
    }

    [Fact]
    public void Texts_beyond_those_that_are_kept_are_made_again()
    {
        EventText text = new(FormatString.Parse("%{[n]}"));
        for (int n = 0; n < 5000; n++)
        {
            Assert.Equal($"{n}", text.Of(Encoded.Event(n, $$"""{"n":{{n}}}"""), out _));
        }
    }

    [Theory]
    [InlineData("[]", "other")]
    [InlineData("[{topic: a}, {topic: b}]", "a")]
    [InlineData("[{topic: a, when.equals.local_port: 80}, {topic: b, when.equals.local_port: 443}]", "b")]
    [InlineData("[{topic: a, when.equals.remote_ip: '2001:db8:0::17'}]", "a")]
    [InlineData("[{topic: a, when.network.remote_ip: '2001:db8::/32'}]", "a")]
    [InlineData("[{topic: a, when.network.remote_ip: private}]", "other")]
    [InlineData("[{topic: a, when.contains.remote_ip: 'db8'}]", "a")]
    [InlineData("[{topic: a, when.equals.tags: web}]", "a")]
    [InlineData("[{topic: a, when.equals.tags: mail}]", "other")]
    [InlineData("[{topic: a, when.regexp.type: '^conn'}]", "a")]
    [InlineData("[{topic: a, when.range.local_port.gt: 443}]", "other")]
    [InlineData("[{topic: a, when: {and: [{equals: {type: connbeat}}, {not: {equals: {error.code: X}}}]}}]", "a")]
    [InlineData("[{topic: a, when: {or: [{equals: {type: x}}, {equals: {error.code: X}}]}}]", "other")]
    [InlineData("[{topic: '%{[error.code]}'}, {topic: b}]", "b")]
    [InlineData("[{topic: '%{[error.code]}', default: d}, {topic: b}]", "d")]
    [InlineData("[{topic: '%{[fields.site]}', mappings: {berlin: one}, default: d}]", "one")]
    [InlineData("[{topic: '%{[fields.site]}', mappings: {paris: one}, default: d}]", "d")]
    [InlineData("[{topic: '%{[fields.site]}', mappings: {paris: one}}, {topic: c}]", "c")]
    public void The_first_rule_that_has_a_name_says_it(string rules, string expected) =>
        Assert.Equal(expected, Route(rules, "other").Of(Event, out _));

    [Fact]
    public void Where_nothing_says_it_the_missing_field_is_named()
    {
        Assert.Null(Route("[{topic: a, when.equals.local_port: 1}]", "%{[listener.ip]}").Of(Event, out string? missing));
        Assert.Equal("listener.ip", missing);
        Assert.Null(Route("[{topic: a, when.equals.local_port: 1}]", null).Of(Event, out missing));
        Assert.Null(missing);
    }

    private static EventRoute Route(string rules, string? otherwise)
    {
        ConfigReading reading = new(_ => null);
        ConfigSection section = reading.Open(YamlTree.ReadFile("connbeat.yml", $"topics: {rules}", [])!);
        EventFields fields = new(
            [EventSchema.Connbeat], [EventSchema.Connbeat], new Dictionary<string, object?> { ["site"] = "x" }, ownAreAtTheRoot: false);
        IReadOnlyList<RouteRule> read = section.Rules("topics", "topic", fields);
        Assert.Empty(reading.Faults);
        return new EventRoute(read, otherwise is null ? null : FormatString.Parse(otherwise), EventSchema.Connbeat);
    }
}
