namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>
/// Whatever the brokers answer: every event arrives, whole, and the events of a key in their order. By the clock of the machine:
/// librdkafka knows no other. An error that ends a producer costs a second, so what can go on side by side does.
/// </summary>
public sealed class KafkaAnswerTests
{
    private const string Topic = "connbeat";

    /// <summary>
    /// What brokers answer produce requests with; https://kafka.apache.org/protocol#protocol_error_codes. Without
    /// DUPLICATE_SEQUENCE_NUMBER, which says that the messages are there already: here they would not be.
    /// </summary>
    private static readonly int[] OfProduce =
    [
        -1, 2, 3, 5, 6, 7, 8, 9, 10, 13, 17, 18, 19, 20, 21, 29, 31, 32, 35, 42, 43, 44, 45, 47, 48, 49, 51, 53, 56, 59, 74, 75, 76, 87,
        89, 90, 100, 120,
    ];

    /// <summary>What metadata say of topics.</summary>
    private static readonly int[] OfMetadata = [-1, 3, 5, 7, 9, 17, 29, 31, 35, 41, 42, 100];

    /// <summary>What brokers answer who asks for the id of a producer.</summary>
    private static readonly int[] OfInitProducerId = [-1, 7, 14, 15, 16, 31, 35, 42, 47, 49, 50, 51, 53, 89, 90];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Every_answer_to_a_produce_request_costs_nothing() => Task.WhenAll(OfProduce.Chunk(3).Select(async codes =>
    {
        using MockCluster cluster = new();
        cluster.Create(Topic, 1);
        using KafkaReader reader = new(cluster, (Topic, 1));
        await using KafkaRoute route = new(cluster);
        foreach (int code in codes)
        {
            cluster.Answer(RequestKind.Produce, code);
            route.Append(20);
            await route.SettleAsync();
        }

        await route.HasArrivedAsync(reader, mayOvertake: true);
    }));

    [Fact]
    public Task Every_answer_to_the_question_for_a_producers_id_costs_nothing() => Task.WhenAll(OfInitProducerId.Select(async code =>
    {
        using MockCluster cluster = new();
        cluster.Create(Topic, 1);
        using KafkaReader reader = new(cluster, (Topic, 1));
        cluster.Answer(RequestKind.InitProducerId, code);
        await using KafkaRoute route = new(cluster);
        route.Append(20);
        await route.SettleAsync();
        await route.HasArrivedAsync(reader);
    }));

    [Fact]
    public Task Whatever_metadata_say_of_a_topic_costs_nothing() => Task.WhenAll(OfMetadata.Select(async code =>
    {
        using MockCluster cluster = new();
        cluster.Create(Topic, 1);
        cluster.Answer(RequestKind.Metadata, code, code);
        await using KafkaRoute route = new(cluster);
        route.Append(20);
        await route.SettleAsync();
        using KafkaReader reader = new(cluster, (Topic, 1));
        await route.HasArrivedAsync(reader);
    }));

    [Fact]
    public Task Bursts_of_answers_cost_nothing() => Task.WhenAll(Enumerable.Range(1, 5).Select(async seed =>
    {
        Random random = new(seed);
        using MockCluster cluster = new(brokers: 3);
        cluster.Create(Topic, 4);
        using KafkaReader reader = new(cluster, (Topic, 4));
        await using KafkaRoute route = new(cluster, "bulk_max_size: 100, librdkafka.batch.num.messages: 10");
        for (int round = 0; round < 4; round++)
        {
            cluster.Answer(RequestKind.Produce, Some(random, OfProduce));
            cluster.Answer(RequestKind.Metadata, Some(random, OfMetadata));
            cluster.Answer(RequestKind.InitProducerId, Some(random, OfInitProducerId));
            route.Append(random.Next(300), keys: 40);
            await Task.Delay(random.Next(20), Token);
        }

        await route.SettleAsync();
        await route.HasArrivedAsync(reader, mayOvertake: true);
    }));

    private static int[] Some(Random random, int[] codes) =>
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => codes[random.Next(codes.Length)])];
}
