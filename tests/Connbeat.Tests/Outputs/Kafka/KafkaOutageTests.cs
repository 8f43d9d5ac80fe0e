using Connbeat.Telemetry;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>Brokers that are down, slow, or not where they were; topics that are not there; messages that are too large.</summary>
public sealed class KafkaOutageTests
{
    private const string Topic = "connbeat";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Brokers_that_go_down_and_come_up_cost_nothing()
    {
        using MockCluster cluster = new(brokers: 3);
        cluster.Create(Topic, 4);
        using KafkaReader reader = new(cluster, (Topic, 4));
        await using KafkaRoute route = new(cluster, "bulk_max_size: 100");
        for (int broker = 1; broker <= 3; broker++)
        {
            route.Append(500, keys: 40);
            cluster.Down(broker);
            await Task.Delay(50, Token);
            route.Append(500, keys: 40);
            cluster.Up(broker);
        }

        await route.SettleAsync();
        await route.HasArrivedAsync(reader);
    }

    /// <summary>Nothing expires: what was under way when the brokers went is under way when they come back.</summary>
    [Fact]
    public async Task All_brokers_down_for_longer_than_an_attempt_may_take_cost_nothing()
    {
        using MockCluster cluster = new();
        cluster.Create(Topic, 2);
        using KafkaReader reader = new(cluster, (Topic, 2));
        await using KafkaRoute route = new(cluster, "timeout: 100ms, bulk_max_size: 50");
        route.Append(100);
        await route.SettleAsync();
        int told = route.Told.Count;
        cluster.Down(1);
        route.Append(200);
        await Task.Delay(500, Token);
        Assert.NotEqual(0, route.Ledger.Waiting);
        cluster.Up(1);

        await route.SettleAsync();
        await route.HasArrivedAsync(reader);
        Assert.Contains(route.Told, line => line.Contains("Connection refused", StringComparison.Ordinal));
        Assert.Single(route.Told.Skip(told), line => line.Contains("well again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leaders_that_move_cost_nothing()
    {
        using MockCluster cluster = new(brokers: 3);
        cluster.Create(Topic, 2);
        using KafkaReader reader = new(cluster, (Topic, 2));
        await using KafkaRoute route = new(cluster, "bulk_max_size: 50");
        for (int round = 0; round < 6; round++)
        {
            cluster.Lead(Topic, round % 2, 1 + (round % 3));
            route.Append(100);
            await Task.Delay(10, Token);
        }

        await route.SettleAsync();
        await route.HasArrivedAsync(reader);
    }

    /// <summary>An attempt that has run out of time goes on: it is neither begun again nor overtaken.</summary>
    [Fact]
    public async Task Answers_that_take_two_seconds_cost_nothing_and_double_nothing()
    {
        using MockCluster cluster = new();
        cluster.Create(Topic, 1);
        await using KafkaRoute route = new(cluster, "timeout: 200ms");
        route.Append(1);
        await route.SettleAsync();
        cluster.Delay(1, TimeSpan.FromSeconds(2));
        route.Append(50);
        await route.SettleAsync();
        cluster.Delay(1, TimeSpan.Zero);

        using KafkaReader reader = new(cluster, (Topic, 1));
        await route.HasArrivedAsync(reader);
        Assert.Equal(51, reader.Messages.Count);
    }

    [Fact]
    public async Task A_topic_that_appears_late_gets_everything()
    {
        using MockCluster cluster = new();
        cluster.Say("late", 3); // UNKNOWN_TOPIC_OR_PARTITION
        await using KafkaRoute route = new(cluster, "topic: late, librdkafka.topic.metadata.propagation.max.ms: 50");
        route.Append(30);
        await Task.Delay(300, Token);
        Assert.Equal(30, route.Ledger.Waiting);
        cluster.Say("late", 0);

        await route.SettleAsync();
        using KafkaReader reader = new(cluster, ("late", 4));
        await route.HasArrivedAsync(reader);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_rejected_alone()
    {
        using MockCluster cluster = new();
        cluster.Create(Topic, 1);
        using KafkaReader reader = new(cluster, (Topic, 1));
        await using KafkaRoute route = new(cluster, "max_message_bytes: 5000");
        route.Append(10);
        route.Append(1, bytes: 10_000);
        route.Append(10);
        await route.SettleAsync();

        Assert.Equal(Enumerable.Range(1, 21).Where(n => n != 11), (await reader.WaitAsync(20)).Select(message => (int)message.Sequence).Order());
        Assert.Equal((20, 1), (route.Ledger.Delivered, route.Ledger.Lost));
        Assert.Contains(route.Told, line => line.Contains("Message size too large", StringComparison.Ordinal));
    }

    /// <summary>
    /// Which of a set of messages it is, the broker does not say. How many requests the set becomes is librdkafka's business,
    /// and so is which of them get the two answers.
    /// </summary>
    [Fact]
    public async Task What_a_broker_finds_too_large_costs_no_other_message()
    {
        using MockCluster cluster = new();
        cluster.Create(Topic, 1);
        using KafkaReader reader = new(cluster, (Topic, 1));
        cluster.Answer(RequestKind.Produce, 10, 10); // MESSAGE_TOO_LARGE
        await using KafkaRoute route = new(cluster, flush: "50ms");
        route.Append(2);
        await route.SettleAsync();

        OutputLedger ledger = route.Ledger;
        Assert.InRange(ledger.Delivered, 1, 2);
        Assert.Equal((2, 0), (ledger.Delivered + ledger.LostTo(LossReason.Rejected), ledger.Waiting));
        Assert.Equal(ledger.Delivered, (await reader.WaitAsync((int)ledger.Delivered)).Select(message => message.Sequence).Distinct().Count());
    }
}
