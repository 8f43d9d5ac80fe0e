using System.Diagnostics;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>Reads topics from their beginning, on a thread of its own, for as long as it is there.</summary>
internal sealed class KafkaReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly nint _client;
    private readonly List<Consumed> _consumed = [];
    private readonly Thread _thread;
    private volatile bool _stops;

    /// <summary>Begins to read.</summary>
    public KafkaReader(MockCluster cluster, params (string Topic, int Partitions)[] topics)
    {
        _client = Librdkafka.Open(
            Librdkafka.Consumer,
            ("bootstrap.servers", string.Join(',', cluster.Hosts)),
            ("group.id", "reader"),
            ("enable.auto.commit", "false"),
            ("auto.offset.reset", "earliest"),
            ("reconnect.backoff.ms", "10"),
            ("reconnect.backoff.max.ms", "50"),
            ("topic.metadata.refresh.interval.ms", "200"),
            ("topic.metadata.refresh.fast.interval.ms", "10"),
            ("retry.backoff.ms", "10"),
            ("fetch.wait.max.ms", "10"),
            ("fetch.error.backoff.ms", "10"),
            ("log_level", "0"));
        Assert.Equal(0, Librdkafka.rd_kafka_poll_set_consumer(_client));
        nint partitions = Librdkafka.rd_kafka_topic_partition_list_new(1);
        foreach ((string topic, int count) in topics)
        {
            for (int partition = 0; partition < count; partition++)
            {
                Librdkafka.rd_kafka_topic_partition_list_add(partitions, topic, partition);
                Librdkafka.rd_kafka_topic_partition_list_set_offset(partitions, topic, partition, Librdkafka.Beginning);
            }
        }

        Assert.Equal(0, Librdkafka.rd_kafka_assign(_client, partitions));
        Librdkafka.rd_kafka_topic_partition_list_destroy(partitions);
        _thread = new Thread(Read);
        _thread.Start();
    }

    /// <summary>All that was read, each partition in its order.</summary>
    public IReadOnlyList<Consumed> Messages
    {
        get
        {
            lock (_consumed)
            {
                return [.. _consumed];
            }
        }
    }

    /// <summary>Waits until so many different events have come.</summary>
    public async Task<IReadOnlyList<Consumed>> WaitAsync(int events)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            IReadOnlyList<Consumed> messages = Messages;
            int found = messages.Select(message => message.Sequence).Distinct().Count();
            if (found >= events)
            {
                return messages;
            }

            Assert.True(watch.Elapsed < Patience, $"{found} of {events} events have come within {Patience}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        _stops = true;
        _thread.Join();
        _ = Librdkafka.rd_kafka_consumer_close(_client);
        Librdkafka.rd_kafka_destroy(_client);
    }

    private unsafe void Read()
    {
        while (!_stops)
        {
            Librdkafka.Message* message = Librdkafka.rd_kafka_consumer_poll(_client, 20);
            if (message is null)
            {
                continue;
            }

            if (message->Error == 0)
            {
                lock (_consumed)
                {
                    _consumed.Add(Consumed.Of(message));
                }
            }

            Librdkafka.rd_kafka_message_destroy(message);
        }
    }
}
