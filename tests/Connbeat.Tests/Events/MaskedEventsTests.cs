using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Connbeat.Config;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

/// <summary>What is written under a mask is what a walk through the whole event would leave.</summary>
public sealed class MaskedEventsTests
{
    private const int MostNames = 12;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_masked_event_is_the_event_without_the_fields(bool isEcs, bool fieldsUnderRoot)
    {
        HostFacts host = AnyEvents.Host(fieldsUnderRoot);
        using IEventEncoder whole = Encoder(isEcs, host);
        using IEventEncoder masked = Encoder(isEcs, host);
        Random random = new(20_26);
        List<(string[][] Dropped, string[][] Included, FieldMask? Mask)> lists =
            [.. Enumerable.Range(0, 200).Select(_ => AnyLists(random))];
        int different = 0;
        foreach (ConnectionEvent happened in AnyEvents.Deck(seed: 7).Take(2_000))
        {
            byte[] all = Encode(whole, happened, mask: null);
            foreach (var list in Enumerable.Range(0, 3).Select(_ => lists[random.Next(lists.Count)]))
            {
                byte[] left = Encode(masked, happened, list.Mask);
                string expected = NaiveMask.Apply(all, list.Dropped, list.Included);

                Assert.Equal(expected, JsonNode.Parse(left)!.ToJsonString());
                Assert.Equal(whole.LastCommunityId, masked.LastCommunityId);
                different += left.Length < all.Length ? 1 : 0;
            }
        }

        Assert.True(different > 3_000, $"only {different} events had something to hide");
    }

    [Fact]
    public void An_event_that_is_masked_now_and_then_is_whole_in_between()
    {
        FieldMask? mask = FieldMask.Without(["beat", "local_process.cmdline", "network.rtt_us"]);
        using IEventEncoder encoder = Encoder(isEcs: false, Some.Host());
        byte[] before = Encode(encoder, Some.Event(), mask: null);
        byte[] masked = Encode(encoder, Some.Event(), mask);

        Assert.NotEqual(before, masked);
        Assert.Equal(before, Encode(encoder, Some.Event(), mask: null));
        Assert.Equal(masked, Encode(encoder, Some.Event(), mask));
        Assert.DoesNotContain("gunicorn app:web", Encoding.UTF8.GetString(masked));
    }

    /// <summary>What a reader who holds events to the schema has to do without: nothing but what it requires.</summary>
    [Theory]
    [InlineData(false,
        "beat, beat.hostname, beat.local_ips, beat.name, beat.version, container.docker_host.hostname, " +
        "container.docker_host.ips, listener, listener.ip, local_ip, local_port, local_process, " +
        "local_process.attribution, local_process.binary, local_process.cmdline, local_process.environ, network, " +
        "network.community_id, network.direction, network.transport, network.type, remote_ip, remote_port, " +
        "tunnel, tunnel.child, tunnel.name, tunnel.protected")]
    [InlineData(true,
        "agent, agent.name, agent.type, agent.version, client, client.ip, client.port, connbeat, " +
        "connbeat.container.docker_host, connbeat.container.docker_host.hostname, connbeat.container.env, " +
        "connbeat.container.ports, connbeat.local_process, connbeat.local_process.attribution, " +
        "connbeat.tunnel, connbeat.tunnel.child, connbeat.tunnel.name, connbeat.tunnel.protected, destination, " +
        "destination.ip, destination.port, event, event.outcome, host, host.hostname, host.name, host.os, host.os.type, " +
        "network, network.community_id, network.direction, network.iana_number, network.transport, network.type, " +
        "orchestrator.resource, orchestrator.resource.id, orchestrator.resource.type, orchestrator.type, process.name, " +
        "process.pid, related, related.hosts, server, server.ip, server.port, source, source.ip, source.port")]
    public void Only_without_fields_that_its_schema_requires_an_event_is_not_valid(bool isEcs, string required)
    {
        PublishedSchema schema = isEcs ? PublishedSchema.Ecs : PublishedSchema.Connbeat;
        using IEventEncoder encoder = Encoder(isEcs, Some.Host());
        ConnectionEvent[] events = [.. AnyEvents.OfEveryKind()];
        List<string> needed = [.. events.SelectMany(happened => schema.Faults(Encode(encoder, happened, mask: null)))];
        foreach (string name in SchemaFields.Of(isEcs ? EventSchema.Ecs : EventSchema.Connbeat).Names)
        {
            FieldMask? mask = FieldMask.Showing(FieldMask.Without([name]), KeptFields.Names);
            if (events.Any(happened => schema.Faults(Encode(encoder, happened, mask)).Count > 0))
            {
                needed.Add(name);
            }
        }

        Assert.True(required == string.Join(", ", needed), string.Join(", ", needed));
    }

    private static (string[][] Dropped, string[][] Included, FieldMask? Mask) AnyLists(Random random)
    {
        string[][] dropped = [.. Enumerable.Range(0, random.Next(3)).Select(_ => AnyEvents.SomeNames(random, MostNames))];
        string[][] included = [.. Enumerable.Range(0, random.Next(2)).Select(_ => AnyEvents.SomeNames(random, 3 * MostNames))];
        FieldMask?[] masks =
        [
            .. dropped.Select(FieldMask.Without), .. included.Select(FieldMask.Only),
        ];
        random.Shuffle(masks);
        return (dropped, included, FieldMask.Showing(masks.Aggregate((FieldMask?)null, FieldMask.Union), KeptFields.Names));
    }

    private static IEventEncoder Encoder(bool isEcs, HostFacts host) => isEcs
        ? new EcsEncoder(host, EncodedEcs.Boot, new LocalAddresses())
        : new ConnbeatEncoder(host, new LocalAddresses());

    private static byte[] Encode(IEventEncoder encoder, ConnectionEvent happened, FieldMask? mask)
    {
        ArrayBufferWriter<byte> bytes = new();
        encoder.Encode(happened, bytes, mask);
        return bytes.WrittenSpan.ToArray();
    }
}
