using System.Text.Json;
using Connbeat.Events;
using Connbeat.Processing;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Processing;

public sealed class EventProcessorsTests
{
    [Fact]
    public void Without_any_an_event_is_sent_whole() =>
        Assert.Equal(default, Processors.Of("[]").Judge(Some.Event()));

    [Fact]
    public void The_first_that_drops_an_event_ends_it()
    {
        EventProcessors processors = Processors.Of(
            "[{drop_fields: {fields: [tags]}}, {drop_event: {when: {equals: {remote_port: 443}}}}, {drop_fields: {fields: [beat]}}]");

        Assert.Equal(Verdict.Drop, processors.Judge(Some.Event()));
        Assert.False(processors.Judge(Some.Event(EventAction.ListenerOpened)).IsDropped);
    }

    [Theory]
    [InlineData(EventAction.AgentStarted)]
    [InlineData(EventAction.AgentAlive)]
    [InlineData(EventAction.Gap)]
    internal void An_event_of_the_agent_itself_is_never_dropped(EventAction action)
    {
        Assert.False(Processors.Of("[drop_event: ]").Judge(Some.Event(action)).IsDropped);
        Assert.True(Processors.Of("[drop_event: ]").Judge(Some.Event()).IsDropped);
    }

    [Theory]
    [InlineData("gap", EventAction.Gap)]
    [InlineData("agent", EventAction.AgentStarted)]
    internal void What_the_agent_tells_of_itself_stays_and_the_rest_of_it_can_be_dropped(string section, EventAction action)
    {
        JsonElement whole = EncodedEvents.Read(Some.Event(action), Processors.Host());
        JsonElement sent = JsonElement.Parse(Processors.Sent(
            "[{drop_fields: {fields: [gap, agent, beat, event, tags, type]}}, {include_fields: {fields: [remote_ip]}}]", Some.Event(action)));

        Assert.Equal(
            new SortedSet<string> { "@timestamp", section, "beat", "event", "type" }, sent.EnumerateObject().Select(field => field.Name));
        Assert.Equal(whole.GetProperty(section).GetRawText(), sent.GetProperty(section).GetRawText());
        Assert.Equal(["action", "created", "id", "sequence"], sent.GetProperty("event").EnumerateObject().Select(field => field.Name));
        Assert.Equal(["ephemeral_id"], sent.GetProperty("beat").EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public void Later_conditions_do_not_see_what_was_dropped()
    {
        const string DropWhereThere = "{drop_event: {when: {equals: {remote_port: 443}}}}";

        Assert.True(Processors.Of($"[{DropWhereThere}]").Judge(Some.Event()).IsDropped);
        Assert.True(Processors.Of($"[{{drop_fields: {{fields: [local_port]}}}}, {DropWhereThere}]").Judge(Some.Event()).IsDropped);
        Assert.False(Processors.Of($"[{{drop_fields: {{fields: [remote_port]}}}}, {DropWhereThere}]").Judge(Some.Event()).IsDropped);
        Assert.False(Processors.Of($"[{{include_fields: {{fields: [network]}}}}, {DropWhereThere}]").Judge(Some.Event()).IsDropped);
        Assert.True(Processors.Of(
            "[{drop_fields: {fields: [remote_port]}}, {drop_event: {when: {not: {equals: {remote_port: 443}}}}}]")
            .Judge(Some.Event()).IsDropped);
    }

    [Fact]
    public void A_processor_that_had_nothing_to_do_hides_nothing_from_later_conditions() =>
        Assert.True(Processors.Of("""
            [{drop_fields: {fields: [remote_port], when: {equals: {local_port: 1}}}},
             {drop_event: {when: {equals: {remote_port: 443}}}}]
            """).Judge(Some.Event()).IsDropped);

    [Fact]
    public void What_can_not_be_dropped_is_seen() =>
        Assert.True(Processors.Of("""
            [{drop_fields: {fields: [event]}}, {drop_event: {when: {equals: {event.action: connection_opened}}}}]
            """).Judge(Some.Event()).IsDropped);

    [Fact]
    public void Events_on_which_the_same_were_at_work_share_a_mask()
    {
        EventProcessors processors = Processors.Of("""
            [{drop_fields: {fields: [tags], when: {equals: {remote_port: 443}}}},
             {drop_fields: {fields: [fields], when: {equals: {local_port: 8080}}}}]
            """);
        FieldMask? connection = processors.Judge(Some.Event()).Mask;
        FieldMask? listener = processors.Judge(Some.Event(EventAction.ListenerOpened)).Mask;

        Assert.NotNull(connection);
        Assert.NotNull(listener);
        Assert.NotEqual(connection, listener);
        Assert.Same(connection, processors.Judge(Some.Event(EventAction.ConnectionClosed)).Mask);
        Assert.Same(listener, processors.Judge(Some.Event(EventAction.ListenerClosed)).Mask);
    }

    /// <summary>More than are kept.</summary>
    [Fact]
    public void There_can_be_as_many_masks_as_sets_of_processors()
    {
        string yaml = "[" + string.Join(", ", Enumerable.Range(0, 13).Select(
            bit => $"{{drop_fields: {{fields: [container.labels.l{bit}], when: {{contains: {{event.reason: <{bit}>}}}}}}}}")) + "]";
        EventProcessors processors = Processors.Of(yaml);
        for (int set = 1; set < 1 << 13; set += 3)
        {
            string reason = string.Concat(Enumerable.Range(0, 13).Where(bit => (set >> bit & 1) != 0).Select(bit => $"<{bit}>"));
            FieldMask? mask = processors.Judge(Some.Event() with { Reason = reason }).Mask;

            Assert.All(Enumerable.Range(0, 13), bit => Assert.Equal(
                (set >> bit & 1) != 0, mask?.Under($"container.labels.l{bit}") is { HidesOthers: true }));
        }
    }

    [Fact]
    public void The_addresses_of_the_host_are_learned_before_they_are_looked_at()
    {
        LocalAddresses addresses = new();
        EventProcessors processors = Processors.Of(
            "[drop_event: {when: {contains: {beat.local_ips: 192.0.2.17}}}]", addresses: addresses);

        Assert.False(processors.Judge(Some.Event(EventAction.ListenerOpened)).IsDropped);
        Assert.True(processors.Judge(Some.Event()).IsDropped);
        Assert.True(processors.Judge(Some.Event(EventAction.ListenerClosed)).IsDropped);
        Assert.Equal(1, addresses.Count);
    }
}
