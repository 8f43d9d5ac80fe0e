using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux;
using Connbeat.Outputs.Kafka;

namespace Connbeat.Tests.Outputs.Kafka;

public sealed class KafkaSetUpTests : IAsyncDisposable
{
    private readonly FakeBroker _broker = new();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task A_topic_is_made_once()
    {
        KafkaSetupOptions how = new() { Partitions = 6, Replication = 3, Retention = TimeSpan.FromDays(7), Cleanup = "compact,delete" };
        const string Words = "topic t: 6 partitions, 3 replicas, kept 168h, cleanup compact,delete";

        Assert.Equal([new SetUpStep(SetUpOutcome.Missing, Words)], await SetUpAsync("topic: t", how, dryRun: true));
        Assert.Empty(_broker.Made);
        Assert.Equal([new SetUpStep(SetUpOutcome.Made, Words)], await SetUpAsync("topic: t", how));
        Assert.Equal([new SetUpStep(SetUpOutcome.There, "topic t: 6 partitions, 3 replicas")], await SetUpAsync("topic: t", how));
        Assert.Equal(["t 6 3 cleanup.policy=compact,delete retention.ms=604800000"], _broker.Made);
    }

    [Fact]
    public async Task What_is_not_said_is_as_the_broker_has_it()
    {
        Assert.Equal(
            [new SetUpStep(SetUpOutcome.Made, "topic t: partitions, replicas as the broker has them by default")],
            await SetUpAsync("topic: t", new KafkaSetupOptions()));
        Assert.Equal(["t -1 -1"], _broker.Made);
    }

    [Fact]
    public async Task A_topic_that_is_there_otherwise_is_left_alone()
    {
        _broker.Topics["t"] = (3, 1);

        SetUpStep step = Assert.Single(await SetUpAsync("topic: t", new KafkaSetupOptions { Partitions = 6 }));
        Assert.Equal(SetUpOutcome.Differs, step.Outcome);
        Assert.StartsWith("topic t: 3 partitions, 1 replica; setup.kafka asks for another number", step.Says, StringComparison.Ordinal);
        Assert.Empty(_broker.Made);
    }

    [Fact]
    public async Task Every_topic_whose_name_is_known_is_made()
    {
        IReadOnlyList<SetUpStep> steps = await SetUpAsync(
            "topic: 'c-%{+yyyy}', topics: [{ topic: web }, { topic: '%{[fields.name]}', mappings: { x: one, y: web }, default: other }]",
            new KafkaSetupOptions());

        Assert.Equal(["web -1 -1", "one -1 -1", "other -1 -1"], _broker.Made);
        Assert.Equal(["topic %{[fields.name]}", "topic c-%{+yyyy}"], steps.Where(step => step.Outcome is SetUpOutcome.Left).Select(step => step.Says.Split(": ")[0]));
    }

    [Theory]
    [InlineData(36, null, SetUpOutcome.There, "topic t: somebody made it at the same time")] // TOPIC_ALREADY_EXISTS
    [InlineData(44, "too many", SetUpOutcome.Failed, "topic t: too many (PolicyViolation)")]
    [InlineData(29, null, SetUpOutcome.Failed, "topic t: Broker: Topic authorization failed (TopicAuthorizationFailed)")]
    public async Task What_the_broker_says_is_told(int code, string? words, object outcome, string says)
    {
        _broker.MakingFails = (code, words);

        Assert.Equal([new SetUpStep((SetUpOutcome)outcome, says)], await SetUpAsync("topic: t", new KafkaSetupOptions()));
    }

    private async Task<IReadOnlyList<SetUpStep>> SetUpAsync(string settings, KafkaSetupOptions how, bool dryRun = false)
    {
        await using KafkaSetUp setUp = new(KafkaOptions.Read(settings, _broker.Host), how, BootTime.Clock);
        return await setUp.SetUpAsync(dryRun, TestContext.Current.CancellationToken);
    }
}
