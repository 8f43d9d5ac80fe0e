using Connbeat.Delivery;
using Connbeat.Linux;
using Connbeat.Outputs.Kafka;
using Connbeat.Tests.Delivery;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>What becomes of an event on its way into a topic, one cluster for all of them.</summary>
public sealed class KafkaOutputTests : IAsyncDisposable
{
    private readonly MockCluster _cluster = new();
    private readonly List<IAsyncDisposable> _opened = [];
    private long _sequence;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable opened in _opened)
        {
            await opened.DisposeAsync();
        }

        _cluster.Dispose();
    }

    [Fact]
    public async Task A_message_says_what_it_is_without_a_look_into_it()
    {
        using KafkaReader reader = Read("a", 1);
        Assert.Equal(DeliveryResult.Delivered.All, await SendAsync("topic: a", Event("""{"type":"connbeat"}""", key: "1:abc=")));

        Consumed message = Assert.Single(await reader.WaitAsync(1));
        Assert.Equal(("1:abc=", """{"type":"connbeat"}"""), (message.Key, message.Value));
        Assert.Equal(Encoded.Timestamp(1).ToUnixTimeMilliseconds(), message.Timestamp);
        Assert.Equal(
            [("content-type", "application/json"), ("schema", "connbeat"), ("event.id", new string('0', 31) + "1"), ("event.sequence", "1")],
            message.Headers);
    }

    [Theory]
    [InlineData("key: none", null)]
    [InlineData("key: community_id", "1:abc=")]
    [InlineData("key: host", "edge-7")]
    [InlineData("key: '%{[event.action]}/%{+yyyy}'", "open/2026")]
    [InlineData("key: '%{[error.code]}'", null)]
    [InlineData("key: '%{[error.code]:ü}'", "ü")]
    [InlineData("schema: ecs, key: host", "edge-8")]
    public async Task The_key_is_what_is_asked_for(string settings, string? key)
    {
        using KafkaReader reader = Read("k", 1);
        await SendAsync(
            $"topic: k, {settings}",
            Event("""{"beat":{"name":"edge-7"},"event":{"action":"open"},"host":{"name":"edge-8"}}""", key: "1:abc="));

        Consumed message = Assert.Single(await reader.WaitAsync(1));
        Assert.Equal(key, message.Key);
        Assert.Contains(("schema", settings.Contains("ecs") ? "ecs" : "connbeat"), message.Headers);
    }

    [Fact]
    public async Task Rules_say_the_topic_and_what_has_none_is_rejected_alone()
    {
        _cluster.Create("web", 1);
        _cluster.Create("c-2026", 1);
        using KafkaReader reader = Read(("web", 1), ("c-2026", 1));
        DeliveryResult result = await SendAsync(
            "topic: 'c-%{+yyyy}%{[error.code]:}', topics: [{ topic: web, when.equals.local_port: 443 }, { topic: '%{[event.reason]}' }]",
            Event("""{"local_port":443}"""), Event("""{"local_port":80}"""),
            Event("""{"event":{"reason":"no such topic"}}"""), Event("""{"event":{"reason":"web"}}"""));

        DeliveryResult.Partial partial = Assert.IsType<DeliveryResult.Partial>(result);
        Assert.Empty(partial.Retry);
        Assert.Equal(
            [new Rejection(2, "its topic is no name of a topic; expected letters, digits, '.', '_' and '-'")], partial.Rejected);
        Assert.Equal(
            [("web", 1L), ("c-2026", 2L), ("web", 4L)],
            (await reader.WaitAsync(3)).Select(message => (message.Topic, message.Sequence)).OrderBy(message => message.Sequence));
    }

    [Fact]
    public async Task An_event_without_the_field_that_names_its_topic_is_rejected()
    {
        DeliveryResult.Partial partial = Assert.IsType<DeliveryResult.Partial>(
            await SendAsync("topic: '%{[error.code]}'", Event("{}")));

        Assert.Equal([new Rejection(0, "topic needs the field error.code, which it lacks")], partial.Rejected);
    }

    [Theory]
    [InlineData("round_robin: {}", "0 1 2 3 0 1 2 3")]
    [InlineData("round_robin: { group_events: 2 }", "0 0 1 1 2 2 3 3")]
    [InlineData("random: { group_events: 4 }", "0 0 0 0 1 1 1 1")]
    [InlineData("hash: { hash: [local_port] }", "0 0 0 0 0 0 0 0")]
    [InlineData("hash: { reachable_only: true }", "0 1 0 1 0 1 0 1")]
    public async Task Partitions_are_chosen_as_asked(string partition, string pattern)
    {
        _cluster.Create("p", 4);
        using KafkaReader reader = Read(("p", 4));
        await SendAsync(
            $"topic: p, partition: {{ {partition} }}",
            [.. Enumerable.Range(0, 8).Select(n => Event("""{"local_port":443}""", key: n % 2 == 0 ? "one" : "other"))]);

        int[] partitions = [.. (await reader.WaitAsync(8)).OrderBy(message => message.Sequence).Select(message => message.Partition)];
        int[] groups = [.. pattern.Split(' ').Select(int.Parse)];
        for (int i = 0; i < groups.Length; i++)
        {
            int first = Array.IndexOf(groups, groups[i]);
            Assert.Equal(partitions[first], partitions[i]); // events of one group are together
        }

        if (partition.StartsWith("round", StringComparison.Ordinal))
        {
            Assert.Equal(4, partitions.Distinct().Count());
        }
    }

    [Fact]
    public async Task A_key_has_the_partition_that_kafkas_own_clients_give_it()
    {
        _cluster.Create("m", 4);
        using KafkaReader reader = Read(("m", 4));
        await SendAsync("topic: m", Event("{}", key: "1:wCb3OG7yAFWelaUydu0D+125CLM="), Event("{}", key: "abc"), Event("{}", key: "21"));

        // murmur2("abc") = 479470107 and murmur2("21") = -973932308 are in the tests of org.apache.kafka.common.utils.Utils.
        Dictionary<string, int> partitions = (await reader.WaitAsync(3)).ToDictionary(message => message.Key!, message => message.Partition);
        Assert.Equal((479470107 & int.MaxValue) % 4, partitions["abc"]);
        Assert.Equal((-973932308 & int.MaxValue) % 4, partitions["21"]);
    }

    [Fact]
    public async Task Fields_have_the_partition_that_the_original_gave_them()
    {
        _cluster.Create("f", 4);
        using KafkaReader reader = Read(("f", 4));
        DeliveryResult result = await SendAsync(
            "topic: f, partition.hash: { hash: [event.action, event.reason], random: false }",
            Event("""{"event":{"action":"foo","reason":"bar"}}"""), Event("""{"event":{"action":"foo"}}"""));

        // FNV-1a of "foobar" is 0xbf9cf968, a negative number; http://www.isthe.com/chongo/tech/comp/fnv/.
        Assert.Equal((int)(-(long)unchecked((int)0xbf9cf968) % 4), Assert.Single(await reader.WaitAsync(1)).Partition);
        Assert.Equal(
            [new Rejection(1, "it lacks a field of partition.hash")], Assert.IsType<DeliveryResult.Partial>(result).Rejected);
    }

    /// <summary>Who gives up a batch wants it out of the way: what was under way may come or not, the next comes.</summary>
    [Fact]
    public async Task Another_batch_takes_the_place_of_one_that_is_under_way()
    {
        _cluster.Create("x", 1);
        KafkaOutput output = Open("topic: x");
        Assert.Equal(DeliveryResult.Delivered.All, await output.SendAsync([Event("{}")], Token));
        _cluster.Down(1);
        using CancellationTokenSource late = new(TimeSpan.FromMilliseconds(50));
        Assert.IsType<DeliveryResult.RetryLater>(await output.SendAsync([Event("{}")], late.Token));
        _cluster.Up(1);

        EncodedEvent next = Event("{}");
        while (await output.SendAsync([next], Token) is not DeliveryResult.Delivered)
        {
            Token.ThrowIfCancellationRequested();
        }

        using KafkaReader reader = Read(("x", 1));
        Assert.Contains(await reader.WaitAsync(2), message => message.Sequence == next.Sequence);
    }

    [Fact]
    public async Task A_probe_says_what_is_there()
    {
        _cluster.Create("t", 3);

        Assert.Equal([new FarEnd(true, $"{_cluster.Hosts[0]}: 1 broker; topic t has 3 partitions")], await ProbeAsync("topic: t"));
        Assert.Equal([new FarEnd(true, $"{_cluster.Hosts[0]}: 1 broker")], await ProbeAsync("topic: 't-%{+yyyy}'"));
        Assert.Equal(
            [new FarEnd(true, $"{_cluster.Hosts[0]}: 1 broker; topic none is not there: connbeat setup makes it, or a broker may when an event comes")],
            await ProbeAsync("topic: none"));
        _cluster.Say("t", 29);
        Assert.Equal(
            [new FarEnd(false, $"{_cluster.Hosts[0]}: 1 broker; topic t: Broker: Topic authorization failed (TopicAuthorizationFailed)")],
            await ProbeAsync("topic: t"));
        _cluster.Down(1);
        Assert.Equal([new FarEnd(false, $"{_cluster.Hosts[0]}: Connection refused (Transport)")], await ProbeAsync("topic: t"));
    }

    private KafkaReader Read(string topic, int partitions)
    {
        _cluster.Create(topic, partitions);
        return Read((topic, partitions));
    }

    private KafkaReader Read(params (string, int)[] topics) => new(_cluster, topics);

    private Task<IReadOnlyList<FarEnd>> ProbeAsync(string settings) => Open(settings).ProbeAsync(TimeSpan.FromSeconds(2));

    private async Task<DeliveryResult> SendAsync(string settings, params EncodedEvent[] batch) =>
        await Open(settings).SendAsync(batch, Token);

    private KafkaOutput Open(string settings)
    {
        // Without the id that an idempotent producer waits half a second for.
        KafkaOutput output = new(KafkaOptions.Read($"required_acks: 1, {settings}", _cluster.Hosts), BootTime.Clock);
        _opened.Add(output);
        return output;
    }

    private EncodedEvent Event(string json, string key = "") =>
        Encoded.Event(++_sequence, json) with { Key = System.Text.Encoding.ASCII.GetBytes(key) };
}
